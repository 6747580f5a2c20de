package org.sluice.schemas.kafka;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** Asks, without waiting, whether a topic exists: what {@link Outbox} must know before the producer may see a record. */
interface TopicLookup extends AutoCloseable {
    /**
     * Asks.
     *
     * @param topic the topic's name
     * @param answer gets null if the topic exists, else why that is not certain; on any thread
     */
    void ask(String topic, Consumer<@Nullable Throwable> answer);

    @Override
    void close();

    /** Asks the brokers. */
    static TopicLookup of(Admin admin) {
        return new TopicLookup() {
            @Override
            public void ask(String topic, Consumer<@Nullable Throwable> answer) {
                var _ = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .whenComplete((_, failure) -> answer
                                .accept(failure instanceof CompletionException ? failure.getCause() : failure));
            }

            @Override
            public void close() {
                admin.close(KafkaClients.CLOSE_TIMEOUT);
            }
        };
    }
}
