package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Steps over records whose bits have changed since they were stored, as their checksum tells.
 *
 * <p>Kafka's consumer stops at such a record: every {@code poll} fails, for all its partitions, until somebody seeks past the
 * record. Its exception is of no class of its own, and says only in words for people which partition it is about; so each
 * partition is polled alone to find out. Kafka checks whole batches: all records of a broken one are stepped over, one after
 * the other.
 */
public final class UnreadableRecords {
    private UnreadableRecords() {}

    /** What happens to the records while those that cannot be read are stepped over. */
    public interface Taker {
        /** A record that can be read, which came on the way. */
        void read(ConsumerRecord<byte[], byte[]> unharmed);

        /** A record that was stepped over, and why. */
        void skipped(TopicPartition partition, long offset, String why);
    }

    /** Whether {@code poll} may have failed because of such a record; all other failures have classes that name them. */
    public static boolean mayHaveCaused(KafkaException failure) {
        return failure.getClass().equals(KafkaException.class);
    }

    /**
     * Seeks past one such record in every partition that has come to one.
     *
     * @param consumer on the thread that owns it
     * @return whether there was any; if not, the failure had another cause
     */
    public static boolean skip(Consumer<byte[], byte[]> consumer, Taker taker) {
        Set<TopicPartition> assigned = Set.copyOf(consumer.assignment());
        Set<TopicPartition> paused = Set.copyOf(consumer.paused());
        boolean found = false;
        try {
            for (TopicPartition partition : assigned) {
                consumer.pause(assigned);
                consumer.resume(List.of(partition));
                try {
                    // What has failed waits in the consumer, so there is no need to wait for more.
                    consumer.poll(Duration.ZERO).forEach(taker::read);
                } catch (KafkaException e) {
                    if (!mayHaveCaused(e)) {
                        throw e;
                    }
                    long offset = consumer.position(partition);
                    consumer.seek(partition, offset + 1);
                    taker.skipped(partition, offset, "it cannot be read: " + words(e));
                    found = true;
                }
            }
        } finally {
            Set<TopicPartition> running = new HashSet<>(consumer.assignment());
            running.removeAll(paused);
            consumer.resume(running);
        }
        return found;
    }

    private static String words(KafkaException failure) {
        Throwable reason = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(reason.getMessage());
    }
}
