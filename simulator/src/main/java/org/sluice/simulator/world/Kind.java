package org.sluice.simulator.world;

import org.sluice.protocol.message.Message;

/**
 * The types of messages, by which the broker counts what was sent, and by which a digest tells messages apart.
 *
 * <p>A new type comes behind all others, so that these keep their numbers.
 */
public enum Kind {
    SUBJOB_REQUEST, SUBJOB_ACK, SUBJOB_RESULT, RESULT_ACK, PING, PONG, ADOPT, ADOPT_ACK, CANCEL, WORK_WANTED;

    /** Its place in arrays, and in digests. */
    final int code = ordinal();

    public static Kind of(Message message) {
        return switch (message) {
            case Message.SubjobRequest _ -> SUBJOB_REQUEST;
            case Message.SubjobAck _ -> SUBJOB_ACK;
            case Message.SubjobResult _ -> SUBJOB_RESULT;
            case Message.ResultAck _ -> RESULT_ACK;
            case Message.Ping _ -> PING;
            case Message.Pong _ -> PONG;
            case Message.Adopt _ -> ADOPT;
            case Message.AdoptAck _ -> ADOPT_ACK;
            case Message.Cancel _ -> CANCEL;
            case Message.WorkWanted _ -> WORK_WANTED;
        };
    }
}
