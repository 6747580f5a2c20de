package org.sluice.deploy.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.deploy.failure.NetworkException;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.submitter.network.LostJobs;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.TrackerException;
import org.sluice.worker.runtime.ClientProperties;

import org.apache.kafka.common.KafkaException;

/**
 * What a network does at its start for jobs whose journals Kafka has and of which its tracker knows nothing: the tracker's
 * data were damaged, restored from an old copy, or moved away.
 */
final class Recovery {
    /** Kafka keeps each topic's only partition in a folder of this name. */
    private static final String PARTITION = "-0";

    private Recovery() {}

    /**
     * Enters the lost jobs anew.
     *
     * @param kafka the folder of Kafka's data
     * @return what a person should know, a line each; empty if nothing was lost
     */
    static List<String> run(Path kafka, Tracker tracker, Servers servers) throws InterruptedException {
        Set<JobId> lost = jobs(kafka, servers.topics());
        if (lost.isEmpty()) {
            return List.of();
        }
        lost.removeAll(tracker.jobs().names());
        List<String> remarks = new ArrayList<>();
        List<String> adopted = new ArrayList<>();
        LostJobs lostJobs = new LostJobs(tracker, servers, ClientProperties.NONE);
        for (JobId job : lost) {
            try {
                lostJobs.adopt(job).ifPresent(record -> adopted.add(record.job().value()));
            } catch (UsageException | TrackerException | ServersUnavailableException | KafkaException e) {
                remarks.add(
                        "the tracker knows nothing of the job " + job + " and its journal does not tell enough, so it "
                                + "is kept: " + e.getMessage());
            }
        }
        if (!adopted.isEmpty()) {
            remarks.addFirst("the tracker had lost " + (adopted.size() == 1 ? "a job" : adopted.size() + " jobs")
                    + ", entered again from what Kafka has of them: " + String.join(", ", adopted)
                    + "; see sluice jobs, and go on with sluice resume");
        }
        return remarks;
    }

    private static Set<JobId> jobs(Path kafka, TopicNames topics) {
        Set<JobId> jobs = new TreeSet<>();
        try (DirectoryStream<Path> partitions = Files.newDirectoryStream(kafka, "*" + PARTITION)) {
            for (Path partition : partitions) {
                String name = String.valueOf(partition.getFileName());
                topics.topic(name.substring(0, name.length() - PARTITION.length())).ifPresent(topic -> {
                    if (topic instanceof Topic.Journal(JobId job)) {
                        jobs.add(job);
                    }
                });
            }
        } catch (IOException e) {
            throw new NetworkException("Kafka's data folder " + kafka + " cannot be read: " + e.getMessage(), e);
        }
        return jobs;
    }
}
