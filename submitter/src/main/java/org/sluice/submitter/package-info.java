/**
 * The submitter's command line: what is typed is checked, a job is run on a network, its answer is printed.
 *
 * <p>The commands reach the world through {@link org.sluice.submitter.CommandContext} alone: a
 * {@link org.sluice.submitter.NetworkSource} to find peers, an {@link org.sluice.submitter.JobRunner} to run a job on them,
 * {@link org.sluice.submitter.Interrupts} for Ctrl-C. Whoever assembles the program hands them in, and tests hand in fakes.
 */
@NullMarked
package org.sluice.submitter;

import org.jspecify.annotations.NullMarked;
