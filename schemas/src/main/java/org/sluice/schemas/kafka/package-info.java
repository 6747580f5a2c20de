/**
 * The way that events take: topics, the {@link org.sluice.schemas.kafka.Outbox} that sends and the
 * {@link org.sluice.schemas.kafka.Inboxes} that receive.
 *
 * <p>May use {@code codec}. No other package creates a Kafka client for a peer.
 */
@NullMarked
package org.sluice.schemas.kafka;

import org.jspecify.annotations.NullMarked;
