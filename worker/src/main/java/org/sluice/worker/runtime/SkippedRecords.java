package org.sluice.worker.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records of one topic that were skipped, and tells the operator of the first, the second, the fourth and so on:
 * whoever floods a topic with what is no event must not flood the log too.
 */
public final class SkippedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(SkippedRecords.class);

    private final String topic;
    private long count;

    /** @param topic what the topic is called, as in {@code the inbox of oak-1} */
    public SkippedRecords(String topic) {
        this.topic = topic;
    }

    /**
     * One more was skipped.
     *
     * @param offset its number in the topic
     * @param why what is wrong with it
     */
    public void add(long offset, String why) {
        count++;
        if (Long.bitCount(count) == 1) {
            LOG.warn("skipped the record at offset {} of {}, {} so far: {}", offset, topic, count, why);
        } else {
            LOG.debug("skipped the record at offset {} of {}: {}", offset, topic, why);
        }
    }
}
