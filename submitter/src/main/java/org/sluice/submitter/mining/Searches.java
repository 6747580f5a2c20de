package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Campaign;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobId;

/** The templates that are searched, and how much was hashed of all that ever were. The miner's thread changes it; any may ask what is proven. */
final class Searches {
    /** Those that have not ended, oldest first. */
    private final SequencedMap<JobId, Search> running = new LinkedHashMap<>();
    /** Those that have ended and of which a block may yet be told, oldest first. */
    private final SequencedMap<JobId, Search> past = new LinkedHashMap<>();
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
        past.put(search.job().id(), search);
        ended = ended.add(answer.map(Answer::hashes).orElse(BigInteger.ZERO));
        covered.remove(search.job().id());
    }

    /**
     * A template of this tip begins: of those that have ended only the latest that extend it too are kept.
     *
     * @return the others
     */
    List<Search> forget(Bytes tip) {
        List<Search> forgotten = new ArrayList<>();
        for (Search search : List.copyOf(past.values())) {
            if (!search.tip().equals(tip) || past.size() > Campaign.REMEMBERED) {
                past.remove(search.job().id());
                forgotten.add(search);
            }
        }
        return forgotten;
    }

    /** None of them will end any more. */
    void clear() {
        running.clear();
    }

    Optional<Search> find(JobId job) {
        return Optional.ofNullable(running.get(job));
    }

    /** Also one that has ended, if it is not forgotten. */
    Optional<Search> findAlsoPast(JobId job) {
        return find(job).or(() -> Optional.ofNullable(past.get(job)));
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
