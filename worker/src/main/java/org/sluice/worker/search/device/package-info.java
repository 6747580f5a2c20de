/**
 * The kernel for OpenCL's devices.
 *
 * <p>May use {@code search} and {@code opencl}.
 */
@NullMarked
package org.sluice.worker.search.device;

import org.jspecify.annotations.NullMarked;
