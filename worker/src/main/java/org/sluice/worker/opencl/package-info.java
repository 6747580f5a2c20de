/**
 * OpenCL 1.2 as far as Sluice needs it: some 25 functions of the system's {@code libOpenCL}, called through
 * {@code java.lang.foreign}.
 *
 * <p>{@link org.sluice.worker.opencl.OpenCl#load()} loads the library, and with it the drivers that are installed; nothing else does.
 * {@link org.sluice.worker.opencl.OpenCl#devices} lists the devices. A {@link org.sluice.worker.opencl.CommandQueue} is a context with one
 * device, in which programs are built, buffers lie, and kernels run one after the other. As any call may hang with its device, a
 * {@link org.sluice.worker.opencl.DriverThread} makes all of them, and others wait for that with a bound. Names are those of the Khronos specification, «The OpenCL
 * Specification», version 1.2, whose section 5 describes every function.
 */
@NullMarked
package org.sluice.worker.opencl;

import org.jspecify.annotations.NullMarked;
