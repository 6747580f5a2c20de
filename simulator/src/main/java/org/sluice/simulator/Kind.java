package org.sluice.simulator;

import org.sluice.protocol.message.Message;

/** The types of messages, for counting. */
enum Kind {
    SUBJOB_REQUEST, SUBJOB_ACK, SUBJOB_RESULT, RESULT_ACK, PING, PONG, ADOPT, ADOPT_ACK, CANCEL, WORK_WANTED;

    static Kind of(Message message) {
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
