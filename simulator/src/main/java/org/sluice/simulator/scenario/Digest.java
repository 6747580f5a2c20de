package org.sluice.simulator.scenario;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.RangeSet;

/**
 * A fingerprint of a whole history of events, 128 bits.
 *
 * <p>It takes from each event when it happened, to whom, and enough of what to tell histories apart. Hash codes of records
 * are of no use here: those of enum constants change from one run of the machine to the next.
 */
public final class Digest {
    private long first = 0x9e3779b97f4a7c15L;
    private long second = 0xc2b2ae3d27d4eb4fL;

    /** The finaliser of SplitMix64. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    public void add(long value) {
        first = mix(first ^ value);
        second = (second ^ value) * 0x100000001b3L + first;
    }

    public void add(long time, int process, int kind, long content) {
        add(time);
        add(((long) process << 8) | kind);
        add(content);
    }

    /** What of a message goes into the fingerprint. */
    public static long content(Message message) {
        return switch (message) {
            case Message.SubjobRequest request -> content(request.ranges()) + request.roster().size() + request.epoch();
            case Message.SubjobAck ack -> ack.subjob().value().hashCode();
            case Message.SubjobResult result -> {
                long content = result.number() * 31 + result.edges().size();
                for (Coverage coverage : result.coverage()) {
                    content = content * 31 + content(coverage.ranges());
                }
                yield content;
            }
            case Message.ResultAck ack -> ack.number();
            case Message.Ping ping -> ping.nonce();
            case Message.Pong pong -> pong.nonce() + pong.edges().size();
            case Message.Adopt adopt -> adopt.number() * 31 + adopt.holdings().size();
            case Message.AdoptAck ack -> ack.number() * 31 + ack.holdings().size();
            case Message.Cancel cancel -> cancel.reason().name().hashCode();
            case Message.WorkWanted wanted -> wanted.request() * 31 + wanted.hopsLeft();
        };
    }

    private static long content(RangeSet ranges) {
        return ranges.isEmpty() ? 0 : ranges.hashCode();
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(first, second);
    }
}
