package org.sluice.schemas.codec;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;

/**
 * What a record on a topic holds: a message, or an entry of a job's journal. The codec reads and writes it; whoever reads
 * a topic is handed it, and says whether it belongs there.
 */
public sealed interface Event {
    /**
     * A message to the peer or root whose topic it stands on.
     *
     * @param message the message
     */
    record Addressed(Message message) implements Event {}

    /**
     * An entry of a job's journal, on the job's topic.
     *
     * @param event the entry
     */
    record Journaled(RootEvent event) implements Event {}
}
