package org.sluice.worker.runtime;

import java.time.Instant;

import org.sluice.protocol.Input;
import org.sluice.protocol.value.Address;
import org.sluice.schemas.Event;
import org.sluice.schemas.Inboxes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a peer's driver the messages that arrive in its inbox. */
final class Inbox implements Inboxes.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Address self;
    private final Driver driver;

    Inbox(Address self, Driver driver) {
        this.self = self;
        this.driver = driver;
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
        LOG.warn("skipped the record at offset {} of the inbox of {}: {}", offset, self, why);
    }
}
