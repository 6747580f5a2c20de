/**
 * Which kernel hashes: the list of those there are, the choice among them in the background, and what is remembered of it.
 *
 * <p>May use {@code search}, its kernels for processors and {@code search.measure}.
 */
@NullMarked
package org.sluice.worker.search.choice;

import org.jspecify.annotations.NullMarked;
