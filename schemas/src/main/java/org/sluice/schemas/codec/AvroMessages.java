package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.SubjobId;
import org.sluice.schemas.avro.Adopt;
import org.sluice.schemas.avro.AdoptAck;
import org.sluice.schemas.avro.Cancel;
import org.sluice.schemas.avro.CancelScopeKind;
import org.sluice.schemas.avro.Edge;
import org.sluice.schemas.avro.Ping;
import org.sluice.schemas.avro.Pong;
import org.sluice.schemas.avro.Range;
import org.sluice.schemas.avro.RefusalReason;
import org.sluice.schemas.avro.ResultAck;
import org.sluice.schemas.avro.SubjobAck;
import org.sluice.schemas.avro.SubjobRequest;
import org.sluice.schemas.avro.SubjobResult;
import org.sluice.schemas.avro.VerdictKind;
import org.sluice.schemas.avro.WorkWanted;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The messages between peers, to Avro and back.
 *
 * <p>Every {@code decode} throws {@link IllegalArgumentException} if the content is not a message of the protocol.
 */
final class AvroMessages {
    private AvroMessages() {}

    static SpecificRecord encode(Message message) {
        return switch (message) {
            case Message.SubjobRequest request -> encode(request);
            case Message.SubjobAck ack -> encode(ack);
            case Message.SubjobResult result -> encode(result);
            case Message.ResultAck ack ->
                new ResultAck(AvroValues.encode(ack.sender()), ack.job().value(), ack.number());
            case Message.Ping ping ->
                new Ping(AvroValues.encode(ping.sender()), ping.nonce(), text(ping.job()),
                        all(ping.edges(), AvroValues::encode));
            case Message.Pong pong ->
                new Pong(AvroValues.encode(pong.sender()), pong.nonce(), text(pong.job()),
                        all(pong.edges(), AvroValues::encode));
            case Message.Adopt adopt -> encode(adopt);
            case Message.AdoptAck ack ->
                new AdoptAck(AvroValues.encode(ack.sender()), ack.job().value(), ack.number(),
                        all(ack.holdings(), AvroValues::encode), all(ack.lineage(), AvroValues::encode),
                        ack.rootEpoch(), ack.complete(), meant(ack.meant()));
            case Message.Cancel cancel -> encode(cancel);
            case Message.WorkWanted wanted ->
                new WorkWanted(AvroValues.encode(wanted.sender()), wanted.asker().value(), wanted.request(),
                        wanted.rates().hashesPerSecond(), wanted.hopsLeft(), wanted.rates().others());
        };
    }

    /** The message, or null if the record is none. */
    static @Nullable Message decode(SpecificRecord record) {
        return switch (record) {
            case SubjobRequest request -> decode(request);
            case SubjobAck ack -> decode(ack);
            case SubjobResult result -> decode(result);
            case ResultAck ack ->
                new Message.ResultAck(AvroValues.decode(ack.getSender()), new JobId(ack.getJob()), ack.getNumber());
            case Ping ping ->
                new Message.Ping(AvroValues.decode(ping.getSender()), ping.getNonce(), job(ping.getJob()),
                        all(ping.getEdges(), AvroValues::decode));
            case Pong pong ->
                new Message.Pong(AvroValues.decode(pong.getSender()), pong.getNonce(), job(pong.getJob()),
                        all(pong.getEdges(), AvroValues::decode));
            case Adopt adopt -> decode(adopt);
            case AdoptAck ack ->
                new Message.AdoptAck(AvroValues.decode(ack.getSender()), new JobId(ack.getJob()), ack.getNumber(),
                        all(ack.getHoldings(), AvroValues::decode), all(ack.getLineage(), AvroValues::decode),
                        ack.getRootEpoch(), ack.getComplete(), meant(ack.getMeant()));
            case Cancel cancel -> decode(cancel);
            case WorkWanted wanted ->
                new Message.WorkWanted(AvroValues.decode(wanted.getSender()), new PeerId(wanted.getAsker()),
                        wanted.getRequest(), new Rates(wanted.getHashesPerSecond(), wanted.getOtherRates()),
                        wanted.getHopsLeft());
            // Generated classes cannot be sealed.
            default -> null;
        };
    }

    private static SubjobRequest encode(Message.SubjobRequest request) {
        return new SubjobRequest(AvroValues.encode(request.sender()), AvroValues.encode(request.spec()),
                request.subjob().value(), AvroValues.encode(request.ranges()),
                all(request.roster(), AvroValues::encode), all(request.lineage(), AvroValues::encode), request.epoch(),
                request.rootEpoch(), AvroValues.millis(request.remaining()), all(request.distrusted(), PeerId::value));
    }

    private static Message.SubjobRequest decode(SubjobRequest request) {
        return new Message.SubjobRequest(AvroValues.decode(request.getSender()), AvroValues.decode(request.getSpec()),
                new SubjobId(request.getSubjob()), AvroValues.decode(request.getRanges()),
                all(request.getRoster(), AvroValues::decode), all(request.getLineage(), AvroValues::decode),
                request.getEpoch(), request.getRootEpoch(), Duration.ofMillis(request.getRemainingMillis()),
                all(request.getDistrusted(), PeerId::new));
    }

    private static SubjobAck encode(Message.SubjobAck ack) {
        VerdictKind kind;
        RefusalReason reason;
        Duration retryAfter;
        switch (ack.verdict()) {
            case Verdict.Accepted() -> {
                kind = VerdictKind.ACCEPTED;
                reason = RefusalReason.NONE;
                retryAfter = Duration.ZERO;
            }
            case Verdict.Refused(Verdict.Reason why, Duration after) -> {
                kind = VerdictKind.REFUSED;
                reason = encode(why);
                retryAfter = after;
            }
        }
        return new SubjobAck(AvroValues.encode(ack.sender()), ack.job().value(), ack.subjob().value(), ack.epoch(),
                kind,
                reason, AvroValues.millis(retryAfter));
    }

    private static Message.SubjobAck decode(SubjobAck ack) {
        Verdict verdict = switch (ack.getVerdict()) {
            case ACCEPTED -> new Verdict.Accepted();
            case REFUSED ->
                new Verdict.Refused(decode(ack.getReason()), Duration.ofMillis(ack.getRetryAfterMillis()));
            case UNKNOWN -> throw AvroValues.unknown("verdict");
        };
        return new Message.SubjobAck(AvroValues.decode(ack.getSender()), new JobId(ack.getJob()),
                new SubjobId(ack.getSubjob()), ack.getEpoch(), verdict);
    }

    private static RefusalReason encode(Verdict.Reason reason) {
        return switch (reason) {
            case OUT_OF_CAPACITY -> RefusalReason.OUT_OF_CAPACITY;
            case UNKNOWN_ALGORITHM -> RefusalReason.UNKNOWN_ALGORITHM;
            case EXPIRED -> RefusalReason.EXPIRED;
            case CANCELLED -> RefusalReason.CANCELLED;
            case LEAVING -> RefusalReason.LEAVING;
        };
    }

    private static Verdict.Reason decode(RefusalReason reason) {
        return switch (reason) {
            case OUT_OF_CAPACITY -> Verdict.Reason.OUT_OF_CAPACITY;
            case UNKNOWN_ALGORITHM -> Verdict.Reason.UNKNOWN_ALGORITHM;
            case EXPIRED -> Verdict.Reason.EXPIRED;
            case CANCELLED -> Verdict.Reason.CANCELLED;
            case LEAVING -> Verdict.Reason.LEAVING;
            case NONE -> throw new IllegalArgumentException("a refusal names no reason");
            case UNKNOWN -> throw AvroValues.unknown("refusal");
        };
    }

    private static SubjobResult encode(Message.SubjobResult result) {
        return new SubjobResult(AvroValues.encode(result.sender()), result.job().value(), result.number(),
                all(result.edges(), AvroValues::encode), all(result.coverage(), AvroValues::encode),
                all(result.solutions(), AvroValues::encode), all(result.evidence(), AvroValues::encode),
                all(result.delegations(), AvroValues::encode), within(result.within()), result.leaving(),
                meant(result.meant()));
    }

    private static Message.SubjobResult decode(SubjobResult result) {
        return new Message.SubjobResult(AvroValues.decode(result.getSender()), new JobId(result.getJob()),
                result.getNumber(), all(result.getEdges(), AvroValues::decode),
                all(result.getCoverage(), AvroValues::decode), all(result.getSolutions(), AvroValues::decode),
                all(result.getEvidence(), AvroValues::decode), all(result.getDelegations(), AvroValues::decode),
                within(result.getWithin()), result.getLeaving(), meant(result.getMeant()));
    }

    private static Adopt encode(Message.Adopt adopt) {
        return new Adopt(AvroValues.encode(adopt.sender()), adopt.job().value(), adopt.number(),
                all(adopt.holdings(), AvroValues::encode), all(adopt.coverage(), AvroValues::encode),
                all(adopt.solutions(), AvroValues::encode), all(adopt.evidence(), AvroValues::encode),
                all(adopt.delegations(), AvroValues::encode), within(adopt.within()),
                AvroValues.encode(adopt.formerParent()), meant(adopt.meant()));
    }

    private static Message.Adopt decode(Adopt adopt) {
        return new Message.Adopt(AvroValues.decode(adopt.getSender()), new JobId(adopt.getJob()), adopt.getNumber(),
                all(adopt.getHoldings(), AvroValues::decode), all(adopt.getCoverage(), AvroValues::decode),
                all(adopt.getSolutions(), AvroValues::decode), all(adopt.getEvidence(), AvroValues::decode),
                all(adopt.getDelegations(), AvroValues::decode), within(adopt.getWithin()),
                AvroValues.decode(adopt.getFormerParent()), meant(adopt.getMeant()));
    }

    private static Cancel encode(Message.Cancel cancel) {
        CancelScopeKind kind;
        long rootEpoch = 0;
        Edge edge = null;
        RangeSet ranges = RangeSet.EMPTY;
        switch (cancel.scope()) {
            case CancelScope.WholeJob whole -> {
                kind = CancelScopeKind.WHOLE_JOB;
                rootEpoch = whole.rootEpoch();
            }
            case CancelScope.WholeSubjob whole -> {
                kind = CancelScopeKind.WHOLE_SUBJOB;
                edge = AvroValues.encode(whole.edge());
            }
            case CancelScope.Ranges some -> {
                kind = CancelScopeKind.RANGES;
                edge = AvroValues.encode(some.edge());
                ranges = some.ranges();
            }
        }
        return new Cancel(AvroValues.encode(cancel.sender()), cancel.job().value(), kind, rootEpoch, edge,
                AvroValues.encode(ranges), encode(cancel.reason()));
    }

    private static Message.Cancel decode(Cancel cancel) {
        CancelScope scope = switch (cancel.getScope()) {
            case WHOLE_JOB -> new CancelScope.WholeJob(cancel.getRootEpoch());
            case WHOLE_SUBJOB -> new CancelScope.WholeSubjob(edge(cancel));
            case RANGES -> new CancelScope.Ranges(edge(cancel), AvroValues.decode(cancel.getRanges()));
            case UNKNOWN -> throw AvroValues.unknown("scope");
        };
        return new Message.Cancel(AvroValues.decode(cancel.getSender()), new JobId(cancel.getJob()), scope,
                decode(cancel.getReason()));
    }

    private static org.sluice.protocol.message.Edge edge(Cancel cancel) {
        return AvroValues.decode(present(cancel.getEdge(), "edge"));
    }

    private static org.sluice.schemas.avro.CancelReason encode(CancelReason reason) {
        return switch (reason) {
            case FOUND -> org.sluice.schemas.avro.CancelReason.FOUND;
            case EXHAUSTED -> org.sluice.schemas.avro.CancelReason.EXHAUSTED;
            case CANCELLED -> org.sluice.schemas.avro.CancelReason.CANCELLED;
            case EXPIRED -> org.sluice.schemas.avro.CancelReason.EXPIRED;
            case SUPERSEDED -> org.sluice.schemas.avro.CancelReason.SUPERSEDED;
        };
    }

    private static CancelReason decode(org.sluice.schemas.avro.CancelReason reason) {
        return switch (reason) {
            case FOUND -> CancelReason.FOUND;
            case EXHAUSTED -> CancelReason.EXHAUSTED;
            case CANCELLED -> CancelReason.CANCELLED;
            case EXPIRED -> CancelReason.EXPIRED;
            case SUPERSEDED -> CancelReason.SUPERSEDED;
            case UNKNOWN -> throw AvroValues.unknown("reason");
        };
    }

    private static @Nullable Range within(Optional<org.sluice.protocol.value.Range> within) {
        return within.map(AvroValues::encode).orElse(null);
    }

    private static Optional<org.sluice.protocol.value.Range> within(@Nullable Range within) {
        return Optional.ofNullable(within).map(AvroValues::decode);
    }

    private static @Nullable Long meant(Optional<Fingerprint> meant) {
        return meant.map(Fingerprint::value).orElse(null);
    }

    private static Optional<Fingerprint> meant(@Nullable Long meant) {
        return Optional.ofNullable(meant).map(Fingerprint::new);
    }

    private static @Nullable String text(Optional<JobId> job) {
        return job.map(JobId::value).orElse(null);
    }

    private static Optional<JobId> job(@Nullable String job) {
        return Optional.ofNullable(job).map(JobId::new);
    }

    /** The value of an optional field that this kind of message needs. */
    static <T> T present(@Nullable T value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("the field '" + field + "' is missing");
        }
        return value;
    }

    private static <A, B> List<B> all(List<A> items, Function<A, B> conversion) {
        return items.stream().map(conversion).toList();
    }
}
