package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.JobId;

/** The templates that are searched, and how much was hashed of all that ever were. The miner's thread changes it; any may ask what is proven. */
final class Searches {
    /** Those that have not ended, oldest first. */
    private final SequencedMap<JobId, Search> running = new LinkedHashMap<>();
    private final Map<JobId, Long> covered = new ConcurrentHashMap<>();
    private volatile BigInteger ended = BigInteger.ZERO;

    void began(Search search) {
        running.put(search.job().id(), search);
        covered.put(search.job().id(), 0L);
    }

    /** So much of a template is proven; told on any thread. */
    void progressed(JobId job, long hashes) {
        covered.computeIfPresent(job, (_, _) -> hashes);
    }

    /** A template has ended; an answer tells how much was hashed in all, also what was hashed twice. */
    void ended(Search search, Optional<Answer> answer) {
        running.remove(search.job().id());
        ended = ended.add(answer.map(Answer::hashes).orElse(BigInteger.ZERO));
        covered.remove(search.job().id());
    }

    /** None of them will end any more. */
    void clear() {
        running.clear();
    }

    Optional<Search> find(JobId job) {
        return Optional.ofNullable(running.get(job));
    }

    /** Those that have not ended, oldest first. */
    List<JobId> running() {
        return List.copyOf(running.keySet());
    }

    /** How many hashes are proven, of all there were. */
    BigInteger proven() {
        return ended.add(BigInteger.valueOf(covered.values().stream().mapToLong(Long::longValue).sum()));
    }
}
