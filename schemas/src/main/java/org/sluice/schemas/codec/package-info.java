/**
 * Events and their bytes: the records of {@code protocol} as Avro, in Confluent's wire format, with the schemas that a registry holds.
 * {@link org.sluice.schemas.codec.EventCodec} is the way in; what it reads was written by anybody, so it checks all of it.
 *
 * <p>Knows Avro and the registry, and no Kafka topic.
 */
@NullMarked
package org.sluice.schemas.codec;

import org.jspecify.annotations.NullMarked;
