package org.sluice.simulator.world;

import org.sluice.protocol.message.Message;

/** The types of messages, for counting. */
public enum Kind {
    SUBJOB_REQUEST(0), SUBJOB_ACK(1), SUBJOB_RESULT(2), RESULT_ACK(3), PING(4), PONG(5), ADOPT(6), ADOPT_ACK(7), CANCEL(
            8), WORK_WANTED(9);

    /** Above all codes. */
    static final int CODES = 10;

    /** Its place in arrays, and in digests. */
    final int code;

    Kind(int code) {
        this.code = code;
    }

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
