package org.sluice.schemas.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.SubjobId;
import org.sluice.schemas.codec.Event;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What stands on the outside of an event, for people and tools that do not open it: the headers and the key of its record.
 *
 * @param type the name of the event's schema without its namespace
 * @param sender who sent it; for an entry of a journal, the submitter where the entry names it
 * @param job the job it is about
 * @param subjob the subjob it is about, if it is about one alone
 */
public record Envelope(String type, Optional<Address> sender, Optional<JobId> job, Optional<SubjobId> subjob) {
    public static Envelope of(Event event) {
        return switch (event) {
            case Event.Addressed(Message message) ->
                new Envelope(type(message), Optional.of(message.sender()), job(message), subjob(message));
            case Event.Journaled(RootEvent entry) ->
                new Envelope("RootEvent", submitter(entry), Optional.of(entry.job()), subjob(entry));
        };
    }

    private static String type(Message message) {
        return switch (message) {
            case Message.SubjobRequest _ -> "SubjobRequest";
            case Message.SubjobAck _ -> "SubjobAck";
            case Message.SubjobResult _ -> "SubjobResult";
            case Message.ResultAck _ -> "ResultAck";
            case Message.Ping _ -> "Ping";
            case Message.Pong _ -> "Pong";
            case Message.Adopt _ -> "Adopt";
            case Message.AdoptAck _ -> "AdoptAck";
            case Message.Cancel _ -> "Cancel";
            case Message.WorkWanted _ -> "WorkWanted";
        };
    }

    private static Optional<JobId> job(Message message) {
        return switch (message) {
            case Message.OfJob ofJob -> Optional.of(ofJob.job());
            case Message.Ping ping -> ping.job();
            case Message.Pong pong -> pong.job();
            case Message.WorkWanted _ -> Optional.empty();
        };
    }

    private static Optional<SubjobId> subjob(Message message) {
        return switch (message) {
            case Message.SubjobRequest request -> Optional.of(request.subjob());
            case Message.SubjobAck ack -> Optional.of(ack.subjob());
            case Message.SubjobResult result -> only(result.edges());
            case Message.Ping ping -> only(ping.edges());
            case Message.Pong pong -> only(pong.edges());
            case Message.Cancel cancel -> switch (cancel.scope()) {
                case CancelScope.WholeJob _ -> Optional.empty();
                case CancelScope.WholeSubjob(Edge edge) -> Optional.of(edge.subjob());
                case CancelScope.Ranges(Edge edge, _) -> Optional.of(edge.subjob());
            };
            case Message.Adopt adopt ->
                adopt.holdings().size() == 1 ? Optional.of(adopt.holdings().getFirst().subjob()) : Optional.empty();
            case Message.AdoptAck ack ->
                ack.holdings().size() == 1 ? Optional.of(ack.holdings().getFirst().subjob()) : Optional.empty();
            case Message.ResultAck _,Message.WorkWanted _ -> Optional.empty();
        };
    }

    private static Optional<SubjobId> only(List<Edge> edges) {
        return edges.size() == 1 ? Optional.of(edges.getFirst().subjob()) : Optional.empty();
    }

    private static Optional<Address> submitter(RootEvent entry) {
        return switch (entry) {
            case RootEvent.Started started -> Optional.of(started.submitter());
            case RootEvent.Resumed resumed -> Optional.of(resumed.submitter());
            case RootEvent.Assigned _,RootEvent.Distrusted _,RootEvent.CancelRequested _,RootEvent.Ended _ ->
                Optional.empty();
        };
    }

    private static Optional<SubjobId> subjob(RootEvent entry) {
        return entry instanceof RootEvent.Assigned assigned
                ? Optional.of(assigned.holding().subjob())
                : Optional.empty();
    }

    /** The record's key: the job's id. */
    byte @Nullable [] key() {
        return job.map(id -> bytes(id.value())).orElse(null);
    }

    /** The record's headers; the sender stands as its topic, which tells a peer from a root. */
    Headers headers(TopicNames topics) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("type", bytes(type));
        job.ifPresent(id -> headers.add("job", bytes(id.value())));
        subjob.ifPresent(id -> headers.add("subjob", bytes(id.value())));
        sender.ifPresent(address -> headers.add("sender", bytes(topics.of(address))));
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
