package org.sluice.deploy.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What the protocol relies on: the cases that every transport passes.
 *
 * <p>Beyond them messages may get lost, come late and come twice: the protocol copes with that, and the simulator makes it
 * happen. Messages larger than {@link EncodedSize#MAX_BYTES} are never handed in, which the simulator's invariants hold.
 */
abstract class TransportContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String incarnation = String.format("t%07d", TESTS.incrementAndGet());
    private final PeerId a = peer("a");
    private final PeerId b = peer("b");
    private final PeerId missing = peer("missing");
    private final JobId job = new JobId("owner." + incarnation);
    private Transport transport;

    /** A network in which nobody is yet. */
    abstract Transport connect() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        transport = connect();
    }

    @AfterEach
    void end() {
        transport.close();
    }

    private PeerId peer(String name) {
        return new PeerId(name + "." + incarnation);
    }

    private Message numbered(Address sender, long number) {
        return new Message.ResultAck(sender, job, number);
    }

    private RootEvent entry(long number) {
        return new RootEvent.Assigned(job, number, new Holding(new SubjobId("s" + number), 0, RangeSet.of(0, 1)), a);
    }

    private void join(Address... addresses) {
        for (Address address : addresses) {
            transport.join(address);
        }
    }

    private void send(Address from, Address to, long number) {
        transport.send(from, to, numbered(from, number));
    }

    /** The numbers of the messages of one sender in the order of their arrival. */
    private List<Long> from(Address sender, List<Input> inputs) {
        List<Long> numbers = new ArrayList<>();
        for (Input input : inputs) {
            if (input instanceof Input.MessageReceived(Message.ResultAck ack) && ack.sender().equals(sender)) {
                numbers.add(ack.number());
            }
        }
        return numbers;
    }

    private List<Long> received(Address receiver, Address sender) {
        return from(sender, transport.arrived(receiver));
    }

    private static List<Long> entries(List<Input> inputs) {
        List<Long> numbers = new ArrayList<>();
        for (Input input : inputs) {
            if (input instanceof Input.Journaled(RootEvent event)) {
                numbers.add(event.rootEpoch());
            }
        }
        return numbers;
    }

    private static List<Input> messages(List<Input> inputs) {
        return inputs.stream().filter(input -> input instanceof Input.MessageReceived).toList();
    }

    private static List<Long> upTo(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    private void untilReceived(Address receiver, Address sender, long number) {
        transport.until(() -> received(receiver, sender).contains(number),
                () -> receiver + " has of " + sender + " only " + received(receiver, sender));
    }

    private void untilGone(Address sender, Address destination) {
        transport.until(() -> transport.gone(sender).contains(destination),
                () -> sender + " was told only of " + transport.gone(sender));
    }

    @Test
    void whatOneSendsToAnotherArrivesOnceAndInOrder() {
        join(a, b);
        for (int i = 0; i < 300; i++) {
            send(a, b, i);
        }
        untilReceived(b, a, 299);
        assertEquals(upTo(300), received(b, a));
        assertEquals(List.of(), transport.arrived(a));
        assertEquals(List.of(), transport.gone(a));
    }

    @Test
    void whatSeveralSendToOneArrivesInTheOrderOfEach() {
        join(a, b, job);
        for (int i = 0; i < 100; i++) {
            send(a, b, i);
            send(job, b, i);
            send(b, b, i);
        }
        for (Address sender : List.of(a, job, b)) {
            untilReceived(b, sender, 99);
            assertEquals(upTo(100), received(b, sender));
        }
    }

    @Test
    void aDestinationThatDoesNotExistIsToldToItsSenderAndDelaysNobody() {
        join(a, b);
        for (int i = 0; i < 20; i++) {
            send(a, missing, i);
            send(a, b, i);
        }
        untilReceived(b, a, 19);
        untilGone(a, missing);
        assertEquals(upTo(20), received(b, a));
        assertEquals(Set.of(missing), Set.copyOf(transport.gone(a)));
        assertEquals(List.of(), transport.gone(b));
    }

    @Test
    void anInboxThatIsDeletedIsToldToWhoeverWritesToIt() {
        join(a, b);
        send(a, b, 0);
        untilReceived(b, a, 0);
        assertEquals(List.of(), transport.gone(a));
        transport.delete(b);
        send(a, b, 1);
        untilGone(a, b);
        assertEquals(List.of(0L), received(b, a));
    }

    @Test
    void theLargestMessageArrivesAndKeepsItsPlace() {
        join(a, b);
        Message largest = largest(a);
        send(a, b, 0);
        transport.send(a, b, largest);
        send(a, b, 1);
        untilReceived(b, a, 1);
        assertEquals(List.of(new Input.MessageReceived(numbered(a, 0)), new Input.MessageReceived(largest),
                new Input.MessageReceived(numbered(a, 1))), transport.arrived(b));
    }

    private Message largest(PeerId sender) {
        List<Solution> solutions = new ArrayList<>(List.of(solution(sender, 0)));
        int one = EncodedSize.of(result(sender, solutions));
        int each = EncodedSize.of(result(sender, List.of(solution(sender, 0), solution(sender, 1)))) - one;
        for (int i = 1; i <= (EncodedSize.MAX_BYTES - one) / each; i++) {
            solutions.add(solution(sender, i));
        }
        Message largest = result(sender, solutions);
        assertTrue(EncodedSize.of(largest) <= EncodedSize.MAX_BYTES
                && EncodedSize.of(largest) > EncodedSize.MAX_BYTES - each);
        return largest;
    }

    private static Solution solution(PeerId peer, int number) {
        return new Solution(Long.MAX_VALUE / 2 + number, Bytes.of(new byte[32]), peer);
    }

    private Message result(PeerId sender, List<Solution> solutions) {
        return new Message.SubjobResult(sender, job, 0, List.of(), List.of(), solutions, List.of(), List.of(), false);
    }

    @Test
    void whatIsHandedInDuringAnOutageArrivesInOrderAfterIt() {
        join(a, b, peer("c"));
        send(a, b, 0);
        untilReceived(b, a, 0);
        transport.breakDown();
        for (int i = 1; i < 20; i++) {
            send(a, b, i);
            send(a, peer("c"), i);
        }
        transport.endure();
        assertEquals(List.of(0L), received(b, a));
        assertEquals(List.of(), received(peer("c"), a));
        transport.repair();
        send(a, b, 20);
        untilReceived(b, a, 20);
        untilReceived(peer("c"), a, 19);
        // What was stored when its acknowledgement got lost may come twice.
        assertEquals(upTo(21), received(b, a).stream().distinct().toList());
        assertEquals(LongStream.range(1, 20).boxed().toList(), received(peer("c"), a).stream().distinct().toList());
        assertEquals(List.of(), transport.gone(a));
    }

    @Test
    void nobodyIsSaidToBeGoneWhileTheBrokersCannotBeAsked() {
        join(a, b);
        transport.breakDown();
        send(a, missing, 0);
        send(a, b, 0);
        transport.endure();
        assertEquals(List.of(), transport.gone(a));
        transport.repair();
        untilGone(a, missing);
        untilReceived(b, a, 0);
        assertEquals(Set.of(missing), Set.copyOf(transport.gone(a)));
    }

    @Test
    void whatIsNotStoredDiesWithItsSender() {
        join(a, b, job);
        transport.journal(job, entry(0));
        transport.until(() -> entries(transport.arrived(job)).contains(0L), () -> "the journal is empty");
        send(a, b, 0);
        untilReceived(b, a, 0);
        transport.breakDown();
        send(a, b, 1);
        transport.journal(job, entry(1));
        send(job, b, 1);
        transport.kill(a);
        transport.kill(job);
        transport.endure();
        transport.repair();
        send(b, b, 2);
        untilReceived(b, b, 2);
        assertEquals(List.of(0L), received(b, a));
        assertEquals(List.of(), received(b, job));
        assertEquals(List.of(0L), entries(transport.stored(job)));
    }

    @Test
    void anEntryOfTheJournalIsStoredBeforeWhatItsRootSendsLater() {
        join(a, b, job);
        for (int i = 0; i < 4; i++) {
            transport.journal(job, entry(i));
            send(job, i % 2 == 0 ? a : b, i);
            untilReceived(i % 2 == 0 ? a : b, job, i);
            assertEquals(upTo(i + 1), entries(transport.stored(job)));
        }
        transport.breakDown();
        transport.journal(job, entry(4));
        send(job, b, 4);
        transport.endure();
        assertEquals(upTo(4), entries(transport.arrived(job)));
        transport.repair();
        untilReceived(b, job, 4);
        assertEquals(upTo(5), entries(transport.stored(job)).stream().distinct().toList());
    }

    @Test
    void whoResumesReadsInOrderWhatTheRootWasTold() {
        join(a, b, job);
        for (int i = 0; i < 50; i++) {
            transport.journal(job, entry(i));
            send(a, job, i);
            send(b, job, i);
        }
        transport.until(() -> transport.arrived(job).size() == 150, () -> transport.arrived(job).size() + " of 150");
        List<Input> stored = transport.stored(job);
        assertEquals(messages(transport.arrived(job)), messages(stored));
        assertEquals(upTo(50), entries(transport.arrived(job)));
        assertEquals(upTo(50), entries(stored));
        assertEquals(upTo(50), from(a, stored));
        assertEquals(upTo(50), from(b, stored));
    }

    /** And a new one holds only what comes later. */
    @Test
    void aJournalThatIsLostTakesAlongWhatFollowsIt() {
        join(a, job);
        transport.journal(job, entry(0));
        send(job, a, 0);
        untilReceived(a, job, 0);
        transport.delete(job);
        send(a, job, 1);
        untilGone(a, job);
        transport.journal(job, entry(1));
        send(job, a, 1);
        transport.replace(job);
        transport.journal(job, entry(2));
        send(job, a, 2);
        send(a, job, 2);
        untilReceived(a, job, 2);
        untilReceived(job, a, 2);
        assertEquals(List.of(0L, 2L), received(a, job));
        // What was on its way when the topic vanished may come late.
        assertFalse(entries(transport.stored(job)).contains(0L));
        assertTrue(entries(transport.stored(job)).contains(2L));
        assertTrue(Set.of(1L, 2L).containsAll(received(job, a)), () -> "received " + received(job, a));
    }
}
