/**
 * SHA-256 with the Vector API, many messages at a time: the kernels whose rounds are written as bytecode for one form of
 * vectors each ({@link org.sluice.worker.search.vector.RoundsWriter}), so that C2 sees straight code.
 *
 * <p>May use {@code search}.
 */
@NullMarked
package org.sluice.worker.search.vector;

import org.jspecify.annotations.NullMarked;
