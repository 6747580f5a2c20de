/**
 * The hashing threads of a peer: they take ranges, run a kernel on them within a limit of processor time, and check each find.
 *
 * <p>May use {@code search}, {@code search.choice}, {@code search.device}, {@code search.measure} and {@code opencl}.
 */
@NullMarked
package org.sluice.worker.search.thread;

import org.jspecify.annotations.NullMarked;
