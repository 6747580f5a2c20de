/**
 * The whole put together: the embedded network and the command line's entry.
 *
 * <p>{@link org.sluice.deploy.embedded.EmbeddedNetwork} runs the three servers that peers need, in one JVM: ZooKeeper (the
 * tracker), {@link org.sluice.deploy.embedded.EmbeddedKafka} (every message) and {@link org.sluice.deploy.embedded.EmbeddedRegistry} (what
 * the messages mean). They are for one machine or a small group; a large network runs the same servers as their own
 * projects ship them. {@code Program} assembles the commands of all modules.
 */
@NullMarked
package org.sluice.deploy;

import org.jspecify.annotations.NullMarked;
