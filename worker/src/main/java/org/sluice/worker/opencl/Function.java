package org.sluice.worker.opencl;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The functions that Sluice calls, with their C signatures as in Khronos' {@code CL/cl.h}: what they return, then their
 * parameters.
 *
 * <p>Handles and pointers are addresses, {@code size_t}, {@code cl_ulong} and bit fields have 64 bits, all else has 32.
 */
enum Function {
    GET_PLATFORM_IDS("clGetPlatformIDs", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), GET_PLATFORM_INFO("clGetPlatformInfo",
            JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS), GET_DEVICE_IDS("clGetDeviceIDs", JAVA_INT,
                    ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS), GET_DEVICE_INFO("clGetDeviceInfo", JAVA_INT,
                            ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS),

    CREATE_CONTEXT("clCreateContext", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS), RELEASE_CONTEXT(
            "clReleaseContext", JAVA_INT, ADDRESS), CREATE_COMMAND_QUEUE("clCreateCommandQueue", ADDRESS, ADDRESS,
                    ADDRESS, JAVA_LONG, ADDRESS), RELEASE_COMMAND_QUEUE("clReleaseCommandQueue", JAVA_INT,
                            ADDRESS), FLUSH("clFlush", JAVA_INT, ADDRESS), FINISH("clFinish", JAVA_INT, ADDRESS),

    CREATE_BUFFER("clCreateBuffer", ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS), RELEASE_MEM_OBJECT(
            "clReleaseMemObject", JAVA_INT, ADDRESS), ENQUEUE_WRITE_BUFFER("clEnqueueWriteBuffer", JAVA_INT, ADDRESS,
                    ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS,
                    JAVA_INT, ADDRESS, ADDRESS), ENQUEUE_READ_BUFFER("clEnqueueReadBuffer", JAVA_INT, ADDRESS, ADDRESS,
                            JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS,
                            JAVA_INT, ADDRESS, ADDRESS), ENQUEUE_FILL_BUFFER("clEnqueueFillBuffer", JAVA_INT, ADDRESS,
                                    ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                    JAVA_INT, ADDRESS, ADDRESS),

    CREATE_PROGRAM_WITH_SOURCE("clCreateProgramWithSource", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS,
            ADDRESS), BUILD_PROGRAM("clBuildProgram", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
                    ADDRESS), GET_PROGRAM_BUILD_INFO("clGetProgramBuildInfo", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT,
                            JAVA_LONG, ADDRESS,
                            ADDRESS), RELEASE_PROGRAM("clReleaseProgram", JAVA_INT, ADDRESS), CREATE_KERNEL(
                                    "clCreateKernel", ADDRESS, ADDRESS, ADDRESS,
                                    ADDRESS), RELEASE_KERNEL("clReleaseKernel", JAVA_INT,
                                            ADDRESS), GET_KERNEL_WORK_GROUP_INFO("clGetKernelWorkGroupInfo", JAVA_INT,
                                                    ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS,
                                                    ADDRESS), SET_KERNEL_ARG("clSetKernelArg", JAVA_INT, ADDRESS,
                                                            JAVA_INT, JAVA_LONG, ADDRESS), ENQUEUE_ND_RANGE_KERNEL(
                                                                    "clEnqueueNDRangeKernel", JAVA_INT, ADDRESS,
                                                                    ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
                                                                    JAVA_INT, ADDRESS, ADDRESS),

    GET_EVENT_INFO("clGetEventInfo", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS,
            ADDRESS), GET_EVENT_PROFILING_INFO("clGetEventProfilingInfo", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG,
                    ADDRESS, ADDRESS), RELEASE_EVENT("clReleaseEvent", JAVA_INT, ADDRESS);

    private final String symbol;
    @SuppressWarnings("ImmutableEnumChecker") // It is immutable.
    private final FunctionDescriptor signature;

    Function(String symbol, MemoryLayout result, MemoryLayout... parameters) {
        this.symbol = symbol;
        this.signature = FunctionDescriptor.of(result, parameters);
    }

    /** Its name in C. */
    String symbol() {
        return symbol;
    }

    FunctionDescriptor signature() {
        return signature;
    }
}
