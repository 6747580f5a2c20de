package org.sluice.submitter.bitcoin;

import java.util.Arrays;
import java.util.Optional;

/** A chain of blocks that Bitcoin nodes know; each but the first is there for tests and its coins are worth nothing. */
public enum Chain {
    /** The chain whose coins people pay with. */
    MAIN("main", "bc", 0x00, 0x05),
    /** The public test network of 2012. */
    TESTNET3("test", "tb", 0x6f, 0xc4),
    /** The public test network of 2024 (BIP 94). */
    TESTNET4("testnet4", "tb", 0x6f, 0xc4),
    /** The public or a private network whose blocks fulfil a challenge (BIP 325). */
    SIGNET("signet", "tb", 0x6f, 0xc4),
    /** A network of one's own, on which every other hash is a solution. */
    REGTEST("regtest", "bcrt", 0x6f, 0xc4);

    private final String nodesName;
    private final String segwitPrefix;
    private final int keyHashVersion;
    private final int scriptHashVersion;

    Chain(String nodesName, String segwitPrefix, int keyHashVersion, int scriptHashVersion) {
        this.nodesName = nodesName;
        this.segwitPrefix = segwitPrefix;
        this.keyHashVersion = keyHashVersion;
        this.scriptHashVersion = scriptHashVersion;
    }

    /** The chain of this name, as a node's {@code getblockchaininfo} calls it; empty if Sluice does not know it. */
    public static Optional<Chain> named(String nodesName) {
        return Arrays.stream(values()).filter(chain -> chain.nodesName.equals(nodesName)).findFirst();
    }

    /** What nodes call it, such as {@code main} or {@code regtest}. */
    public String nodesName() {
        return nodesName;
    }

    /** The human-readable part of segwit addresses, before the separator 1 (BIP 173). */
    public String segwitPrefix() {
        return segwitPrefix;
    }

    /** The version byte of an address for a public key's hash, 0 to 255. */
    public int keyHashVersion() {
        return keyHashVersion;
    }

    /** The version byte of an address for a script's hash, 0 to 255. */
    public int scriptHashVersion() {
        return scriptHashVersion;
    }

    @Override
    public String toString() {
        return nodesName;
    }
}
