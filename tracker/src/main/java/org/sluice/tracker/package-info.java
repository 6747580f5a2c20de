/**
 * Who is alive, where the network is and which jobs exist: the tracker, on ZooKeeper.
 *
 * <p>{@link org.sluice.tracker.server.TrackerServer} is a server of it, alone or as a member of an ensemble;
 * {@link org.sluice.tracker.Tracker} is a peer's connection to it. The nodes are
 * <pre>
 * /sluice/network               JSON: the network's name, Kafka's bootstrap servers, the registry's URL
 * /sluice/time                  empty: written to learn the tracker's time
 * /sluice/peers/NAME            a container for the peers of a name
 * /sluice/peers/NAME/INC        ephemeral, JSON: what the peer NAME.INC is and can do
 * /sluice/jobs/OWNER            a container for the jobs of an owner
 * /sluice/jobs/OWNER/JOB        JSON: the state, expiry and root epoch of the job OWNER.JOB
 * /sluice/jobs/OWNER/JOB/owner  ephemeral: the process that plays the job's root now
 * </pre>
 * Whatever is read from these nodes was written by other people's machines: it is bounded, checked, and skipped (and
 * logged once) when it makes no sense. Liveness as the tracker knows it is a hint; peers ask each other before they
 * believe in a death. What is to happen at some time happens by the tracker's own clock, the one in its
 * nodes' times: those of its peers are compared with nothing. When no tracker can be reached, the last list goes on being used.
 */
@NullMarked
package org.sluice.tracker;

import org.jspecify.annotations.NullMarked;
