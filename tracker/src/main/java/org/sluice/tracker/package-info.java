/**
 * Who is alive, where the network is and which jobs exist: the tracker, on ZooKeeper.
 *
 * <p>{@link org.sluice.tracker.TrackerServer} is a server of it, alone or as a member of an ensemble;
 * {@link org.sluice.tracker.Tracker} is a peer's connection to it. The nodes are
 * <pre>
 * /sluice/network               JSON: Kafka's bootstrap servers, the registry's URL
 * /sluice/peers/PEER            a container that is the peer's own
 * /sluice/peers/PEER/live       ephemeral, JSON: what the peer is and can do
 * /sluice/jobs/JOB              JSON: a job's state, expiry and root epoch
 * /sluice/jobs/JOB/owner        ephemeral: the process that plays the job's root now
 * </pre>
 * Whatever is read from these nodes was written by other people's machines: it is bounded, checked, and skipped (and
 * logged once) when it makes no sense. Liveness as the tracker knows it is a hint; peers ask each other before they
 * believe in a death (DESIGN section 3). When no tracker can be reached, the last list goes on being used.
 */
@NullMarked
package org.sluice.tracker;

import org.jspecify.annotations.NullMarked;
