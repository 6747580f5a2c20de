package org.sluice.protocol;

import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Solution;

/**
 * Hashes a claimed solution again and says whether it is one.
 *
 * <p>It is asked of integers of the job's range alone, and of jobs whose algorithm this machine knows.
 */
@FunctionalInterface
public interface Verifier {
    /** Whether the integer's digest is the claimed one and meets the job's goal. */
    boolean verifies(JobSpec job, Solution claimed);
}
