package org.sluice.submitter.bitcoin.template;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.address.InvalidAddressException;
import org.sluice.submitter.bitcoin.address.PayoutAddress;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.bitcoinj.base.Sha256Hash;
import org.bitcoinj.core.Transaction;

/** Templates as a node on regtest answers them, with transactions that look like real ones but spend nothing. */
final class Templates {
    static final PayoutAddress SEGWIT = address("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080");
    static final PayoutAddress KEY_HASH = address("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Templates() {}

    /** What a node answered at height 105, with three transactions that have witnesses. */
    static ObjectNode captured() {
        try (InputStream in = Objects.requireNonNull(Templates.class.getResourceAsStream("regtest-105.json"))) {
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("the captured template cannot be read", e);
        }
    }

    /** The same with other transactions, every other one with a witness, and the commitment to them. */
    static ObjectNode withTransactions(int number) {
        ObjectNode template = captured();
        ArrayNode transactions = template.putArray("transactions");
        Random random = new Random(number);
        List<Bytes> witnessIds = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Transaction transaction = transaction(random, i % 2 == 0);
            Bytes data = Bytes.of(transaction.serialize());
            ObjectNode one = transactions.addObject();
            one.put("data", data.toHex());
            one.put("txid", transaction.getTxId().toString());
            one.put("hash", transaction.getWTxId().toString());
            one.putArray("depends");
            one.put("fee", 1);
            one.put("sigops", 1);
            one.put("weight", transaction.getWeight());
            witnessIds.add(Bytes.of(transaction.getWTxId().serialize()));
        }
        return template.put("default_witness_commitment", "6a24aa21a9ed" + commitment(witnessIds).toHex());
    }

    /** BIP 141's commitment by its definition: the whole tree is hashed, by an implementation that is not ours. */
    private static Bytes commitment(List<Bytes> witnessIds) {
        List<byte[]> level = new ArrayList<>();
        level.add(new byte[32]);
        witnessIds.forEach(id -> level.add(id.toArray()));
        List<byte[]> nodes = level;
        while (nodes.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i += 2) {
                byte[] right = nodes.get(Math.min(i + 1, nodes.size() - 1));
                above.add(Sha256Hash.hashTwice(nodes.get(i), right));
            }
            nodes = above;
        }
        return Bytes.of(Sha256Hash.hashTwice(nodes.getFirst(), new byte[32]));
    }

    /** One input and one output; the signature and the like are random bytes. */
    private static Transaction transaction(Random random, boolean hasWitness) {
        ByteWriter bytes = new ByteWriter().int32(2);
        if (hasWitness) {
            bytes.int8(0).int8(1);
        }
        bytes.compactSize(1).bytes(random(random, 32)).int32(0);
        bytes.sized(hasWitness ? Bytes.EMPTY : random(random, 70)).int32(0xffff_ffffL);
        bytes.compactSize(1).int64(1_000).sized(SEGWIT.script());
        if (hasWitness) {
            bytes.compactSize(2).sized(random(random, 71)).sized(random(random, 33));
        }
        return Transaction.read(ByteBuffer.wrap(bytes.int32(0).toBytes().toArray()));
    }

    private static Bytes random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private static PayoutAddress address(String text) {
        try {
            return PayoutAddress.parse(text, Chain.REGTEST);
        } catch (InvalidAddressException e) {
            throw new IllegalStateException("the test's own address is wrong", e);
        }
    }
}
