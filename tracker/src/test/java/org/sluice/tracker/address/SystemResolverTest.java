package org.sluice.tracker.address;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SystemResolverTest {
    private static final int SRV = 33;
    private static final int INTERNET = 1;
    private static final int NO_SUCH_NAME = 3;

    @Test
    void serviceRecordsAreAskedOfTheNameServer() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(socket));
            Resolver resolver = new SystemResolver("dns://127.0.0.1:" + socket.getLocalPort());

            assertEquals(List.of(new Resolver.Service("t1.example.org", 4001)),
                    resolver.services("_sluice._tcp.example.org"));
            assertEquals(List.of(), resolver.services("_sluice._tcp.other.org"));
        }
    }

    @Test
    void aNameServerThatIsSilentIsGivenUp() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Resolver resolver = new SystemResolver("dns://127.0.0.1:" + socket.getLocalPort());
            assertEquals(List.of(), resolver.services("_sluice._tcp.example.org"));
        }
    }

    @Test
    void theMachineKnowsItself() throws Exception {
        List<InetAddress> addresses = Resolver.system().addresses("localhost");
        assertTrue(addresses.stream().allMatch(InetAddress::isLoopbackAddress), "addresses: " + addresses);
    }

    /** Answers as a name server (RFC 1035, RFC 2782) that knows one service. */
    private static void serve(DatagramSocket socket) {
        try {
            while (true) {
                DatagramPacket query = new DatagramPacket(new byte[512], 512);
                socket.receive(query);
                byte[] answer = answer(Arrays.copyOf(query.getData(), query.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            }
        } catch (SocketException e) {
            // The test is over.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] answer(byte[] query) {
        int end = 12;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        byte[] question = Arrays.copyOfRange(query, 12, end + 5); // with type and class
        boolean known = Arrays.equals(Arrays.copyOf(question, question.length - 4), name("_sluice._tcp.example.org"));
        byte[] target = name("t1.example.org");
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.put(query, 0, 2).putShort((short) (0x8180 | (known ? 0 : NO_SUCH_NAME)));
        answer.putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0).put(question);
        if (known) {
            answer.putShort((short) 0xC00C).putShort((short) SRV).putShort((short) INTERNET).putInt(60);
            answer.putShort((short) (6 + target.length)).putShort((short) 10).putShort((short) 20);
            answer.putShort((short) 4001).put(target);
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    private static byte[] name(String text) {
        ByteBuffer name = ByteBuffer.allocate(text.length() + 2);
        for (String label : text.split("\\.")) {
            name.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        return name.put((byte) 0).array();
    }
}
