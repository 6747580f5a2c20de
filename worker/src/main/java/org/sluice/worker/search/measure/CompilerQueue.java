package org.sluice.worker.search.measure;

import java.lang.management.ManagementFactory;

import javax.management.JMException;
import javax.management.ObjectName;

import org.sluice.worker.search.SearchKernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What HotSpot's compilers are still busy with, or have before them.
 *
 * <p>Until the large methods of a kernel are compiled, it is slower by far, and steadily so: on a busy machine, for minutes.
 * Its rate alone does not tell that from a slow kernel; the queue does.
 */
final class CompilerQueue {
    private static final Logger LOG = LoggerFactory.getLogger(CompilerQueue.class);

    private CompilerQueue() {}

    /** Whether methods that kernels run are in it; as far as is known not, in a JVM that does not tell. */
    static boolean holdsKernels() {
        try {
            Object queue = ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerQueue", new Object[0],
                            new String[0]);
            return namesKernels(String.valueOf(queue));
        } catch (JMException | RuntimeException e) {
            LOG.debug("the compilers do not tell what they have to do", e);
            return false;
        }
    }

    /** Whether a listing of the queue names methods of kernels, or of the digests that the portable one calls. */
    static boolean namesKernels(String listing) {
        return listing.contains(SearchKernel.class.getPackageName() + ".")
                || listing.contains("sun.security.provider.");
    }
}
