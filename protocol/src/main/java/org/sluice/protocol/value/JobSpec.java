package org.sluice.protocol.value;

/**
 * All that a peer must know of a job to work for it.
 *
 * @param id the job's identity
 * @param range the integers to search
 * @param work how an integer becomes a message to hash
 * @param goal what a solution is
 * @param mode when the job is done
 * @param fanOut into how many slices a peer divides the roster at most, 1 to 1024
 */
public record JobSpec(JobId id, Range range, Work work, Goal goal, Mode mode, int fanOut) {
    public JobSpec {
        if (range.end() > work.limit()) {
            throw new IllegalArgumentException(
                    "the range must end at " + work.limit() + " or before, but ends at " + range.end());
        }
        if (fanOut < 1 || fanOut > 1024) {
            throw new IllegalArgumentException("the fan-out must be 1 to 1024, not " + fanOut);
        }
    }
}
