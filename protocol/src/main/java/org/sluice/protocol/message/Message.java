package org.sluice.protocol.message;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

/** One message from a peer, or the root of a job, to another. */
public sealed interface Message {
    /** Who sent it. */
    Address sender();

    /** A message about one job. */
    sealed interface OfJob extends Message {
        /** The job it is about. */
        JobId job();
    }

    /** A message that brings facts of a job: it says which, for a stranger can call another job by the same name. */
    sealed interface OfMeantJob extends OfJob {
        /** What the sender takes for the job; empty if it does not say, as older versions. */
        Optional<Fingerprint> meant();

        /** Whether the sender may take this for the job: one that does not say what it takes for it is taken to do. */
        default boolean mayMean(Fingerprint fingerprint) {
            return meant().map(fingerprint::equals).orElse(true);
        }
    }

    /**
     * Asks a peer to hash ranges of a job, and to split what exceeds its share over the peers of the roster.
     *
     * @param sender the parent
     * @param spec the job
     * @param subjob the identity of what is given
     * @param ranges the integers given, not empty, all in the job's range
     * @param roster the peers, other than the receiver, over which the receiver splits the excess; may be empty
     * @param lineage the receiver's ancestors in this job, nearest first, beginning with the sender and ending with the root
     * @param epoch the epoch of the new edge
     * @param rootEpoch the epoch of the job's root as the sender knows it
     * @param remaining the time that is left to the job
     * @param distrusted peers whose word does not count in this job
     */
    record SubjobRequest(Address sender, JobSpec spec, SubjobId subjob, RangeSet ranges, List<RosterEntry> roster,
            List<Address> lineage, long epoch, long rootEpoch, Duration remaining, List<PeerId> distrusted)
            implements
                OfJob {
        public SubjobRequest {
            roster = List.copyOf(roster);
            lineage = List.copyOf(lineage);
            distrusted = List.copyOf(distrusted);
            if (ranges.isEmpty()) {
                throw new IllegalArgumentException("a subjob must hold at least one integer");
            }
            if (!RangeSet.of(spec.range()).containsAll(ranges)) {
                throw new IllegalArgumentException("a subjob lies within its job's range, which is " + spec.range());
            }
            if (lineage.isEmpty() || !lineage.getFirst().equals(sender)) {
                throw new IllegalArgumentException("a lineage begins with the sender");
            }
            Limits.check("a lineage's length", lineage.size(), 1, Limits.MAX_LINEAGE);
            Limits.checkEpoch(epoch);
            Limits.checkRootEpoch(rootEpoch);
            Limits.checkDuration(remaining);
        }

        @Override
        public JobId job() {
            return spec.id();
        }
    }

    /**
     * Answers a {@link SubjobRequest}.
     *
     * @param sender the child
     * @param job the job
     * @param subjob the subjob that was offered
     * @param epoch the epoch of the request
     * @param verdict accepted or refused
     */
    record SubjobAck(Address sender, JobId job, SubjobId subjob, long epoch, Verdict verdict) implements OfJob {
        public SubjobAck {
            Limits.checkEpoch(epoch);
        }
    }

    /**
     * Reports what is proven hashed, and how the sender has passed its subjobs on; it says too that the sender is alive.
     *
     * @param sender the child
     * @param job the job
     * @param number counts the results from this sender to this receiver upwards from 1; 0 expects no {@link ResultAck}
     * @param edges the subjobs that the sender holds from the receiver and has not completed, or has just completed or
     *     handed back
     * @param coverage what was hashed and by whom, since the last result that was acknowledged
     * @param solutions the solutions that lie in the coverage, at most 1,000
     * @param evidence proofs of work for the coverage
     * @param delegations what the sender has given away of those edges and is not yet covered
     * @param within the integers of which the delegations tell; empty if they tell of all. What was told before of others
     *     is still true
     * @param leaving whether the sender leaves: it hands back what of those edges is neither covered nor delegated
     * @param meant what the sender takes for the job; empty if it does not say
     */
    record SubjobResult(Address sender, JobId job, long number, List<Edge> edges, List<Coverage> coverage,
            List<Solution> solutions, List<Evidence> evidence, List<Delegated> delegations, Optional<Range> within,
            boolean leaving, Optional<Fingerprint> meant) implements OfMeantJob {
        public SubjobResult {
            edges = List.copyOf(edges);
            coverage = List.copyOf(coverage);
            solutions = List.copyOf(solutions);
            evidence = List.copyOf(evidence);
            delegations = List.copyOf(delegations);
            Limits.checkNumber(number);
        }

        /** A result whose delegations are all that are out, and that does not say what it takes for the job. */
        public SubjobResult(Address sender, JobId job, long number, List<Edge> edges, List<Coverage> coverage,
                List<Solution> solutions, List<Evidence> evidence, List<Delegated> delegations, boolean leaving) {
            this(sender, job, number, edges, coverage, solutions, evidence, delegations, Optional.empty(), leaving,
                    Optional.empty());
        }
    }

    /**
     * Says that a result and all before it have arrived, and with it that the parent is alive.
     *
     * @param sender the parent
     * @param job the job
     * @param number the number of the result
     */
    record ResultAck(Address sender, JobId job, long number) implements OfJob {
        public ResultAck {
            Limits.checkNumber(number);
        }
    }

    /**
     * Asks whether the receiver is alive and which of the edges it still has.
     *
     * @param sender who asks
     * @param nonce comes back in the {@link Pong}; any number, nobody but the sender calculates with it
     * @param job the job that the edges belong to; empty when only the round trip is measured
     * @param edges the subjobs that the sender believes to join it with the receiver
     */
    record Ping(Address sender, long nonce, Optional<JobId> job, List<Edge> edges) implements Message {
        public Ping {
            edges = List.copyOf(edges);
        }
    }

    /**
     * Answers a {@link Ping}.
     *
     * @param sender who was asked
     * @param nonce the nonce of the ping
     * @param job the job of the ping
     * @param edges those of the ping's edges that the sender has too, with the epoch that it knows
     */
    record Pong(Address sender, long nonce, Optional<JobId> job, List<Edge> edges) implements Message {
        public Pong {
            edges = List.copyOf(edges);
        }
    }

    /**
     * Asks an ancestor to take over subjobs whose parent is dead.
     *
     * @param sender the orphan
     * @param job the job
     * @param number the number of the orphan's first result to its new parent
     * @param holdings what the orphan holds; as many as fit, the others are asked for when these are answered
     * @param coverage what the orphan knows to be hashed; what does not fit follows in results
     * @param solutions the solutions in the coverage, at most 1,000
     * @param evidence proofs of work for the coverage
     * @param delegations what the orphan has given away of the holdings and is not yet covered
     * @param within the integers of which the delegations tell; empty if they tell of all
     * @param formerParent who is dead
     * @param meant what the orphan takes for the job; empty if it does not say
     */
    record Adopt(Address sender, JobId job, long number, List<Holding> holdings, List<Coverage> coverage,
            List<Solution> solutions, List<Evidence> evidence, List<Delegated> delegations, Optional<Range> within,
            Address formerParent, Optional<Fingerprint> meant) implements OfMeantJob {
        public Adopt {
            holdings = List.copyOf(holdings);
            coverage = List.copyOf(coverage);
            solutions = List.copyOf(solutions);
            evidence = List.copyOf(evidence);
            delegations = List.copyOf(delegations);
            Limits.checkNumber(number);
        }

        /** A question whose delegations are all that are out, and that does not say what it takes for the job. */
        public Adopt(Address sender, JobId job, long number, List<Holding> holdings, List<Coverage> coverage,
                List<Solution> solutions, List<Evidence> evidence, List<Delegated> delegations, Address formerParent) {
            this(sender, job, number, holdings, coverage, solutions, evidence, delegations, Optional.empty(),
                    formerParent, Optional.empty());
        }
    }

    /**
     * Answers an {@link Adopt}: the sender is the parent of these holdings from now on.
     *
     * @param sender the new parent
     * @param job the job
     * @param number the number of the adopt message
     * @param holdings the ranges that the orphan goes on with, each with its new epoch; all others of these are revoked
     * @param lineage the orphan's ancestors from now on, beginning with the sender
     * @param rootEpoch the epoch of the job's root as the sender knows it
     * @param complete whether holdings that were asked for and are not named are revoked; otherwise they must be asked for
     *     again, because their answer did not fit
     * @param meant what the sender takes for the job; empty if it does not say. If it is the root, that is what the job is
     */
    record AdoptAck(Address sender, JobId job, long number, List<Holding> holdings, List<Address> lineage,
            long rootEpoch, boolean complete, Optional<Fingerprint> meant) implements OfMeantJob {
        public AdoptAck {
            holdings = List.copyOf(holdings);
            lineage = List.copyOf(lineage);
            Limits.check("a lineage's length", lineage.size(), 0, Limits.MAX_LINEAGE);
            Limits.checkNumber(number);
            Limits.checkRootEpoch(rootEpoch);
        }

        /** The whole answer, of somebody who does not say what it takes for the job. */
        public AdoptAck(Address sender, JobId job, long number, List<Holding> holdings, List<Address> lineage,
                long rootEpoch) {
            this(sender, job, number, holdings, lineage, rootEpoch, true, Optional.empty());
        }
    }

    /**
     * Ends work: of a whole job, of one subjob, or of some ranges of it.
     *
     * @param sender the parent
     * @param job the job
     * @param scope what ends
     * @param reason why
     */
    record Cancel(Address sender, JobId job, CancelScope scope, CancelReason reason) implements OfJob {}

    /**
     * Says that a peer is idle and asks for work; whoever has none worth splitting passes it on.
     *
     * @param sender who sent it on
     * @param asker who is idle
     * @param request counts the asker's requests upwards
     * @param rates how fast the asker hashes
     * @param hopsLeft how many times it may be passed on yet, 0 to {@value Limits#MAX_HOPS}
     */
    record WorkWanted(Address sender, PeerId asker, long request, Rates rates, int hopsLeft)
            implements
                Message {
        public WorkWanted {
            Limits.checkNumber(request);
            Limits.check("the number of hops left", hopsLeft, 0, Limits.MAX_HOPS);
        }

        /** The question of a peer that is as fast at all that it can compute. */
        public WorkWanted(Address sender, PeerId asker, long request, long hashesPerSecond, int hopsLeft) {
            this(sender, asker, request, Rates.same(hashesPerSecond), hopsLeft);
        }
    }
}
