package org.sluice.protocol;

import java.time.Instant;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Range;

/** Something that a state machine commands its driver to do. */
public sealed interface Effect {
    /**
     * Send a message. It may get lost; the state machine copes.
     *
     * @param to where to
     * @param message the message
     */
    record Send(Address to, Message message) implements Effect {}

    /**
     * Write an entry into the journal of the root's job, before anything is sent that was commanded after it.
     *
     * @param event the entry
     */
    record Journal(RootEvent event) implements Effect {}

    /**
     * Hash integers on an idle slot, and say so with {@link Input.HashingEnded}. In mode FIRST the slot ends with the
     * first solution.
     *
     * @param slot 0 to the number of slots less one
     * @param job the job
     * @param range the integers
     */
    record StartHashing(int slot, JobSpec job, Range range) implements Effect {}

    /**
     * Stop hashing on a slot as soon as possible; {@link Input.HashingEnded} follows with what is done.
     *
     * @param slot the slot
     */
    record StopHashing(int slot) implements Effect {}

    /**
     * Come back with {@link Input.TimePassed} at this time, and forget the time that was asked for before.
     *
     * @param time a reading of the clock that {@code now} comes from
     */
    record WakeAt(Instant time) implements Effect {}

    /**
     * Tell the user, or the log.
     *
     * @param notice what
     */
    record Tell(Notice notice) implements Effect {}

    /** The peer has handed back all it had: close everything, once what was sent is on its way. */
    record Leave() implements Effect {}
}
