/**
 * How fast a kernel hashes: measurement in turns, with processors' time beside the clock's, and not before the compilers are
 * done.
 *
 * <p>May use {@code search}.
 */
@NullMarked
package org.sluice.worker.search.measure;

import org.jspecify.annotations.NullMarked;
