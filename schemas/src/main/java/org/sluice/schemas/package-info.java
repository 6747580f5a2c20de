/**
 * What travels between peers, and the way it takes: Avro schemas, topics, inbox and outbox on Kafka.
 *
 * <p>The records of {@code protocol} say what a message means; the {@code .avsc} files beside this module's sources say the
 * same to everybody who reads a topic. {@link org.sluice.schemas.codec.EventCodec} stands between the two. Peers of different
 * age understand each other because each record names its writer's schema, which the registry holds for ever, and because
 * the registry refuses a schema that is not compatible with all before it.
 *
 * <p>What arrives on a topic was written by anybody: everything is checked before it is believed, and what cannot be read
 * is skipped and counted.
 */
@NullMarked
package org.sluice.schemas;

import org.jspecify.annotations.NullMarked;
