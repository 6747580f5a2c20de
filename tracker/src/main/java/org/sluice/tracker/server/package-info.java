/**
 * A server of the tracker: ZooKeeper, alone or as a member of an ensemble, in this process.
 *
 * <p>May use {@code address}.
 */
@NullMarked
package org.sluice.tracker.server;

import org.jspecify.annotations.NullMarked;
