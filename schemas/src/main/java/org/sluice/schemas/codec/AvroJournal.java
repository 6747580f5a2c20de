package org.sluice.schemas.codec;

import java.time.Duration;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.schemas.avro.Ranges;
import org.sluice.schemas.avro.RootEventKind;

/**
 * The entries of a job's journal, to Avro and back.
 *
 * <p>{@code decode} throws {@link IllegalArgumentException} if the content is not an entry of the protocol.
 */
final class AvroJournal {
    private AvroJournal() {}

    static org.sluice.schemas.avro.RootEvent encode(RootEvent event) {
        org.sluice.schemas.avro.RootEvent encoded = new org.sluice.schemas.avro.RootEvent();
        encoded.setJob(event.job().value());
        encoded.setRootEpoch(event.rootEpoch());
        encoded.setRanges(AvroValues.encode(RangeSet.EMPTY));
        encoded.setOutcome(org.sluice.schemas.avro.Outcome.NONE);
        switch (event) {
            case RootEvent.Started started -> {
                encoded.setKind(RootEventKind.STARTED);
                encoded.setSpec(AvroValues.encode(started.spec()));
                encoded.setSubmitter(started.submitter().value());
                encoded.setRemainingMillis(AvroValues.millis(started.remaining()));
                encoded.setElapsedMillis(AvroValues.millis(started.elapsed()));
            }
            case RootEvent.Assigned assigned -> {
                encoded.setKind(RootEventKind.ASSIGNED);
                encoded.setHolding(AvroValues.encode(assigned.holding()));
                encoded.setPeer(assigned.peer().value());
            }
            case RootEvent.Distrusted distrusted -> {
                encoded.setKind(RootEventKind.DISTRUSTED);
                encoded.setPeer(distrusted.peer().value());
                encoded.setRanges(AvroValues.encode(distrusted.redone()));
            }
            case RootEvent.Resumed resumed -> {
                encoded.setKind(RootEventKind.RESUMED);
                encoded.setSubmitter(resumed.submitter().value());
            }
            case RootEvent.CancelRequested _ -> encoded.setKind(RootEventKind.CANCEL_REQUESTED);
            case RootEvent.Ended ended -> {
                encoded.setKind(RootEventKind.ENDED);
                encoded.setOutcome(encode(ended.outcome()));
            }
        }
        return encoded;
    }

    static RootEvent decode(org.sluice.schemas.avro.RootEvent event) {
        JobId job = new JobId(event.getJob());
        long epoch = event.getRootEpoch();
        return switch (event.getKind()) {
            case STARTED -> started(event, job, epoch);
            case ASSIGNED ->
                new RootEvent.Assigned(job, epoch,
                        AvroValues.decode(AvroMessages.present(event.getHolding(), "holding")),
                        peer(event));
            case DISTRUSTED -> new RootEvent.Distrusted(job, epoch, peer(event), redone(event.getRanges()));
            case RESUMED -> new RootEvent.Resumed(job, epoch, submitter(event));
            case CANCEL_REQUESTED -> new RootEvent.CancelRequested(job, epoch);
            case ENDED -> new RootEvent.Ended(job, epoch, decode(event.getOutcome()));
            case UNKNOWN -> throw AvroValues.unknown("journal entry");
        };
    }

    private static RootEvent.Started started(org.sluice.schemas.avro.RootEvent event, JobId job, long epoch) {
        RootEvent.Started started = new RootEvent.Started(
                AvroValues.decode(AvroMessages.present(event.getSpec(), "spec")), epoch, submitter(event),
                Duration.ofMillis(event.getRemainingMillis()), Duration.ofMillis(event.getElapsedMillis()));
        if (!started.job().equals(job)) {
            throw new IllegalArgumentException("the journal of " + job + " begins with another job: " + started.job());
        }
        return started;
    }

    private static PeerId submitter(org.sluice.schemas.avro.RootEvent event) {
        return new PeerId(AvroMessages.present(event.getSubmitter(), "submitter"));
    }

    private static PeerId peer(org.sluice.schemas.avro.RootEvent event) {
        return new PeerId(AvroMessages.present(event.getPeer(), "peer"));
    }

    private static RangeSet redone(Ranges ranges) {
        return AvroValues.decode(ranges);
    }

    private static org.sluice.schemas.avro.Outcome encode(Outcome outcome) {
        return switch (outcome) {
            case FOUND -> org.sluice.schemas.avro.Outcome.FOUND;
            case EXHAUSTED -> org.sluice.schemas.avro.Outcome.EXHAUSTED;
            case CANCELLED -> org.sluice.schemas.avro.Outcome.CANCELLED;
            case EXPIRED -> org.sluice.schemas.avro.Outcome.EXPIRED;
            case FAILED -> org.sluice.schemas.avro.Outcome.FAILED;
        };
    }

    private static Outcome decode(org.sluice.schemas.avro.Outcome outcome) {
        return switch (outcome) {
            case FOUND -> Outcome.FOUND;
            case EXHAUSTED -> Outcome.EXHAUSTED;
            case CANCELLED -> Outcome.CANCELLED;
            case EXPIRED -> Outcome.EXPIRED;
            case FAILED -> Outcome.FAILED;
            case NONE -> throw new IllegalArgumentException("the end of a job names no outcome");
            case UNKNOWN -> throw AvroValues.unknown("outcome");
        };
    }
}
