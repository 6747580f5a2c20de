package org.sluice.worker.runtime;

import java.time.Instant;

import org.sluice.protocol.Input;
import org.sluice.protocol.value.Address;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.kafka.Inboxes;

/** Hands a peer's driver the messages that arrive in its inbox. */
final class Inbox implements Inboxes.Handler {
    private final Driver driver;
    private final SkippedRecords skipped;

    Inbox(Address self, Driver driver) {
        this.driver = driver;
        skipped = new SkippedRecords("the inbox of " + self);
    }

    @Override
    public void received(Event event, Instant storedAt, long offset) {
        switch (event) {
            case Event.Addressed addressed -> driver.offer(new Input.MessageReceived(addressed.message()));
            case Event.Journaled _ -> skipped(offset, "a journal entry does not belong into a worker's inbox");
        }
    }

    @Override
    public void skipped(long offset, String why) {
        skipped.add(offset, why);
    }
}
