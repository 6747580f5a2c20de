/**
 * When a volunteer's machine may be used, and how its user says so.
 *
 * <p>{@link org.sluice.worker.limits.Schedule} and {@link org.sluice.worker.limits.IdleDetector} decide, from times and
 * measurements that they are given, and {@link org.sluice.worker.limits.PauseReasons} makes one decision of theirs and the
 * user's own. What reads clocks, files and sockets stands around them and decides nothing. What pausing means for the
 * network is in docs/decisions/0011-a-paused-worker-stays-a-parent.md.
 */
@NullMarked
package org.sluice.worker.limits;

import org.jspecify.annotations.NullMarked;
