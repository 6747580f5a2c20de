/**
 * Kernels in C, called through {@code java.lang.foreign}, and the files that they come from, which are checked before they
 * are loaded.
 *
 * <p>May use {@code search}.
 */
@NullMarked
package org.sluice.worker.search.foreign;

import org.jspecify.annotations.NullMarked;
