package org.sluice.submitter.bitcoin.address;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.Chain;

/**
 * The address that a block's reward is paid to, and the output script that pays it.
 *
 * <p>It is decoded here and not by the node, so that a wrong or hostile node cannot put another owner's script in its place.
 *
 * @param text the address as it was typed
 * @param kind what the script asks of who spends the reward
 * @param script the output's script
 */
public record PayoutAddress(String text, Kind kind, Bytes script) {
    private static final int LONGEST = 100;

    /** What an output's script asks of who spends it. */
    public enum Kind {
        /** A signature by the key with this hash. */
        P2PKH(1),
        /** The script with this hash, and what fulfils it (BIP 16). */
        P2SH(0),
        /** A signature by the key with this hash, in the witness (BIP 141). */
        P2WPKH(0),
        /** The script with this hash, and what fulfils it, in the witness (BIP 141). */
        P2WSH(0),
        /** A signature by this key, or one of the scripts behind it, in the witness (BIP 341). */
        P2TR(0);

        private final int sigops;

        Kind(int sigops) {
            this.sigops = sigops;
        }

        /** Signature checks that the output's script itself counts for, before they are weighed (BIP 141 weighs each four times). */
        public int sigops() {
            return sigops;
        }
    }

    /**
     * Reads an address of a chain.
     *
     * @throws InvalidAddressException if it is mistyped, of another chain, or nobody could own what is paid to it
     */
    public static PayoutAddress parse(String text, Chain chain) throws InvalidAddressException {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        try {
            if (text.isEmpty() || text.length() > LONGEST) {
                throw new InvalidAddressException("has " + text.length() + " characters");
            }
            boolean isSegwit = Arrays.stream(Chain.values())
                    .anyMatch(one -> Bech32.hasPrefix(text, one.segwitPrefix()));
            return isSegwit ? segwit(text, chain) : keyOrScriptHash(text, chain);
        } catch (InvalidAddressException e) {
            throw new InvalidAddressException("'" + shown + "' is no address to pay to: it " + e.getMessage());
        }
    }

    private static PayoutAddress segwit(String text, Chain chain) throws InvalidAddressException {
        Bech32.WitnessProgram decoded = Bech32.decode(text);
        List<Chain> owners = Arrays.stream(Chain.values())
                .filter(one -> one.segwitPrefix().equals(decoded.prefix()))
                .toList();
        requireChain(chain, owners);
        Bytes program = decoded.program();
        Kind kind;
        if (decoded.version() == 0) {
            kind = program.length() == 20 ? Kind.P2WPKH : Kind.P2WSH;
        } else if (decoded.version() == 1 && program.length() == 32) {
            kind = Kind.P2TR;
        } else {
            throw new InvalidAddressException("has the witness version " + decoded.version() + " with "
                    + program.length() + " bytes, for which there are no rules yet: anybody could spend the reward");
        }
        // OP_0, or OP_1 and following, and a push of the program.
        int opcode = decoded.version() == 0 ? 0 : 0x50 + decoded.version();
        return of(text, kind, HexFormat.of().toHexDigits((byte) opcode), program, "");
    }

    private static PayoutAddress keyOrScriptHash(String text, Chain chain) throws InvalidAddressException {
        byte[] decoded = Base58Check.decode(text).toArray();
        if (decoded.length != 21) {
            throw new InvalidAddressException("has " + decoded.length + " bytes, not 21");
        }
        int version = decoded[0] & 0xff;
        List<Chain> owners = Arrays.stream(Chain.values())
                .filter(one -> one.keyHashVersion() == version || one.scriptHashVersion() == version)
                .toList();
        if (owners.isEmpty()) {
            throw new InvalidAddressException("begins with the version " + version + ", which is not one of Bitcoin's");
        }
        requireChain(chain, owners);
        Bytes hash = Bytes.of(Arrays.copyOfRange(decoded, 1, decoded.length));
        return version == chain.keyHashVersion()
                // OP_DUP OP_HASH160 hash OP_EQUALVERIFY OP_CHECKSIG
                ? of(text, Kind.P2PKH, "76a9", hash, "88ac")
                // OP_HASH160 hash OP_EQUAL
                : of(text, Kind.P2SH, "a9", hash, "87");
    }

    private static PayoutAddress of(String text, Kind kind, String before, Bytes pushed, String behind) {
        String push = HexFormat.of().toHexDigits((byte) pushed.length()) + pushed.toHex();
        return new PayoutAddress(text, kind, Bytes.fromHex(before + push + behind));
    }

    private static void requireChain(Chain chain, List<Chain> owners) throws InvalidAddressException {
        if (!owners.contains(chain)) {
            String names = owners.stream().map(Chain::nodesName).collect(Collectors.joining(", "));
            throw new InvalidAddressException("belongs to " + names + ", and the node is on " + chain);
        }
    }
}
