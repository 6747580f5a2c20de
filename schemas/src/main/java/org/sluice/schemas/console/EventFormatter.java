package org.sluice.schemas.console;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.Printable;
import org.sluice.schemas.kafka.Envelope;
import org.sluice.schemas.kafka.TopicNames;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Renders events for people, one line each, and for scripts, one JSON document each.
 *
 * <p>A line shows when, on which topic at which offset, from whom to whom, what, about which job, and the essentials:
 * {@code 2026-01-01T12:00:00.123Z sluice.inbox.oak.k3x09a7b@17 elm.00aq81zz -> oak.k3x09a7b SubjobRequest job=anna.header-7x0k2m9p
 * ranges=[0, 500) (500) ...}. Times are UTC. Whoever wrote an event may have chosen part of the text, so both are {@link Printable}. In JSON the fields are those of the schema, so their names are as stable as the schema is.
 */
public final class EventFormatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int SHOWN_RANGES = 3;
    private static final int SHOWN_SOLUTIONS = 3;

    private EventFormatter() {}

    /** One readable line. */
    public static String line(StoredEvent stored) {
        String receiver = TopicNames.ofAnyNetwork(stored.topic()).map(topic -> name(topic.owner())).orElse("?");
        String what = switch (stored.event()) {
            case Event.Addressed(Message message) ->
                name(message.sender()) + " -> " + receiver + " " + Envelope.of(stored.event()).type() + about(message);
            case Event.Journaled(RootEvent entry) -> receiver + " journal " + journal(entry);
        };
        return Printable.line(place(stored.topic(), stored.offset(), stored.storedAt()) + " " + what);
    }

    /** One line for a record that is not an event. */
    public static String skippedLine(String topic, long offset, Instant storedAt, String why) {
        return Printable.line(place(topic, offset, storedAt) + " MALFORMED " + why);
    }

    /** One JSON document on one line: topic, offset, time, type, job if it is about one, and the event under {@code event}. */
    public static String json(StoredEvent stored) {
        ObjectNode json = placeJson(stored.topic(), stored.offset(), stored.storedAt());
        Envelope envelope = Envelope.of(stored.event());
        json.put("type", envelope.type());
        envelope.job().ifPresent(job -> json.put("job", job.value()));
        json.set("event", AvroJson.of(EventCodec.toAvro(stored.event())));
        return Printable.line(json.toString());
    }

    /** One JSON document for a record that is not an event, with the reason under {@code malformed}. */
    public static String skippedJson(String topic, long offset, Instant storedAt, String why) {
        return Printable.line(placeJson(topic, offset, storedAt).put("malformed", why).toString());
    }

    private static String place(String topic, long offset, Instant storedAt) {
        return TIME.format(storedAt) + " " + topic + "@" + offset;
    }

    private static ObjectNode placeJson(String topic, long offset, Instant storedAt) {
        return JsonNodeFactory.instance.objectNode()
                .put("topic", topic)
                .put("offset", offset)
                .put("time",
                        TIME.format(storedAt));
    }

    private static String about(Message message) {
        return switch (message) {
            case Message.SubjobRequest request ->
                job(request) + " subjob=" + request.subjob() + " epoch=" + request.epoch() + ranges(request.ranges())
                        + " roster=" + request.roster().size() + " lineage="
                        + request.lineage().stream().map(EventFormatter::name).collect(Collectors.joining("<"))
                        + spec(request.spec()) + " remaining=" + request.remaining();
            case Message.SubjobAck ack ->
                job(ack) + " subjob=" + ack.subjob() + " epoch=" + ack.epoch() + verdict(ack.verdict());
            case Message.SubjobResult result ->
                job(result) + " number=" + result.number() + edges(result.edges()) + coverage(result.coverage())
                        + solutions(result.solutions()) + delegations(result.delegations()) + within(result.within())
                        + (result.leaving() ? " leaving" : "");
            case Message.ResultAck ack -> job(ack) + " number=" + ack.number();
            case Message.Ping ping -> optional(ping.job()) + " nonce=" + ping.nonce() + edges(ping.edges());
            case Message.Pong pong -> optional(pong.job()) + " nonce=" + pong.nonce() + edges(pong.edges());
            case Message.Adopt adopt ->
                job(adopt) + " number=" + adopt.number() + " formerParent=" + name(adopt.formerParent())
                        + holdings(adopt.holdings()) + coverage(adopt.coverage()) + solutions(adopt.solutions())
                        + delegations(adopt.delegations()) + within(adopt.within());
            case Message.AdoptAck ack ->
                job(ack) + " number=" + ack.number() + holdings(ack.holdings()) + (ack.complete() ? "" : " incomplete");
            case Message.Cancel cancel -> job(cancel) + scope(cancel.scope()) + " reason=" + cancel.reason();
            case Message.WorkWanted wanted ->
                " asker=" + wanted.asker() + " request=" + wanted.request() + " rate="
                        + wanted.rates().hashesPerSecond()
                        + "/s hopsLeft=" + wanted.hopsLeft();
        };
    }

    private static String journal(RootEvent entry) {
        String what = switch (entry) {
            case RootEvent.Started started ->
                "Started submitter=" + started.submitter() + " range=" + started.spec().range() + spec(started.spec())
                        + " remaining=" + started.remaining()
                        + (started.elapsed().isZero() ? "" : " elapsed=" + started.elapsed());
            case RootEvent.Assigned assigned ->
                "Assigned peer=" + assigned.peer() + holdings(List.of(assigned.holding()));
            case RootEvent.Distrusted distrusted ->
                "Distrusted peer=" + distrusted.peer() + ranges(distrusted.redone());
            case RootEvent.Resumed resumed -> "Resumed submitter=" + resumed.submitter();
            case RootEvent.CancelRequested _ -> "CancelRequested";
            case RootEvent.Ended ended -> "Ended outcome=" + ended.outcome();
        };
        return what + " rootEpoch=" + entry.rootEpoch();
    }

    /** A peer's id, or a job's in the words that say that its root is meant. */
    private static String name(Address address) {
        return switch (address) {
            case PeerId peer -> peer.value();
            case JobId job -> "root(" + job.value() + ")";
        };
    }

    private static String job(Message.OfJob message) {
        return " job=" + message.job();
    }

    private static String optional(Optional<JobId> job) {
        return job.map(id -> " job=" + id).orElse("");
    }

    private static String spec(JobSpec spec) {
        return " " + spec.work().algorithm() + " " + spec.goal() + " mode=" + spec.mode();
    }

    private static String ranges(RangeSet set) {
        return " ranges=" + text(set);
    }

    /** The first ranges, how many more there are, and how many integers all hold. */
    private static String text(RangeSet set) {
        List<Range> ranges = set.ranges();
        String shown = ranges.stream().limit(SHOWN_RANGES).map(Range::toString).collect(Collectors.joining(","));
        String more = ranges.size() > SHOWN_RANGES ? ",+" + (ranges.size() - SHOWN_RANGES) + " more" : "";
        return (ranges.isEmpty() ? "none" : shown + more) + " (" + set.size() + ")";
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted() -> " ACCEPTED";
            case Verdict.Refused refused -> " REFUSED " + refused.reason() + " retryAfter=" + refused.retryAfter();
        };
    }

    private static String edges(List<Edge> edges) {
        return edges.isEmpty()
                ? ""
                : edges.stream()
                        .map(edge -> edge.subjob() + "/" + edge.epoch())
                        .collect(Collectors.joining(",", " edges=", ""));
    }

    private static String holdings(List<Holding> holdings) {
        return holdings.stream()
                .map(each -> each.subjob() + "/" + each.epoch() + ":" + text(each.ranges()))
                .collect(Collectors.joining(";", " holdings=", ""));
    }

    private static String coverage(List<Coverage> coverage) {
        return coverage.isEmpty()
                ? ""
                : coverage.stream()
                        .map(each -> each.peer() + ":" + text(each.ranges()))
                        .collect(Collectors.joining(";", " covered=", ""));
    }

    private static String solutions(List<Solution> solutions) {
        if (solutions.isEmpty()) {
            return "";
        }
        String more = solutions.size() > SHOWN_SOLUTIONS ? ",+" + (solutions.size() - SHOWN_SOLUTIONS) + " more" : "";
        return solutions.stream()
                .limit(SHOWN_SOLUTIONS)
                .map(each -> each.integer() + "(" + each.digest() + ")")
                .collect(Collectors.joining(",", " solutions=", more));
    }

    private static String within(Optional<Range> within) {
        return within.map(range -> " within=" + range).orElse("");
    }

    private static String delegations(List<Delegated> delegations) {
        return delegations.isEmpty()
                ? ""
                : delegations.stream()
                        .map(each -> each.subjob() + "@" + each.peer() + ":" + text(each.ranges()))
                        .collect(Collectors.joining(";", " delegated=", ""));
    }

    private static String scope(CancelScope scope) {
        return switch (scope) {
            case CancelScope.WholeJob whole -> " whole job rootEpoch=" + whole.rootEpoch();
            case CancelScope.WholeSubjob(Edge edge) -> " subjob=" + edge.subjob() + " epoch=" + edge.epoch();
            case CancelScope.Ranges(Edge edge, RangeSet ranges) ->
                " subjob=" + edge.subjob() + " epoch=" + edge.epoch() + ranges(ranges);
        };
    }
}
