/**
 * Searching integers for a digest that meets a goal: kernels, the threads that run them, and their measurement.
 *
 * <p>{@link org.sluice.worker.search.Reference} is the plain definition of what an integer's digest is; everything
 * else is only faster. A {@link org.sluice.worker.search.SearchKernel} is one way to search. It is prepared once for a
 * work and a goal into a {@link org.sluice.worker.search.Search}, which then goes through ranges and tells of {@link
 * org.sluice.worker.search.Hits hits}. {@link org.sluice.worker.search.choice.Kernels#all()} lists the kernels that can run
 * here, {@link org.sluice.worker.search.KernelCheck} compares them with the reference and {@link
 * org.sluice.worker.search.measure.Benchmark} measures them; {@link
 * org.sluice.worker.search.choice.KernelChooser} does both in the background. {@link org.sluice.worker.search.thread.HashingThreads} are the hashing threads of
 * a peer. A {@link org.sluice.worker.search.thread.Device} hashes through OpenCL for one of them.
 */
@NullMarked
package org.sluice.worker.search;

import org.jspecify.annotations.NullMarked;
