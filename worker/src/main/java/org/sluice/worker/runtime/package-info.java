/**
 * What makes a state machine of the protocol a process: threads, queues, Kafka, the tracker, the hashing slots.
 *
 * <p>One {@link org.sluice.worker.runtime.Driver} feeds one machine from one queue on one thread and carries out its
 * effects; everything else hands facts to the driver. {@link org.sluice.worker.runtime.Connections} are what all peers of
 * one JVM share.
 */
@NullMarked
package org.sluice.worker.runtime;

import org.jspecify.annotations.NullMarked;
