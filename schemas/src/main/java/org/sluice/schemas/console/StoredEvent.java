package org.sluice.schemas.console;

import java.time.Instant;

import org.sluice.schemas.codec.Event;

/**
 * An event and where it stands.
 *
 * @param topic the topic's name
 * @param offset its place on the topic
 * @param storedAt when the broker stored it
 * @param event the event
 */
public record StoredEvent(String topic, long offset, Instant storedAt, Event event) {}
