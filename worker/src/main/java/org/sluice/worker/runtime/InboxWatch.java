package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.schemas.kafka.VitalThread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's inbox, kept up until it is closed.
 *
 * <p>Who was cut off for long comes back under the same name but without its inbox: it was taken for dead, and what the dead
 * leave behind is swept; or the network's data was lost. Nobody could reach it then, and it would wait for ever. So it looks
 * from time to time whether the topic is there, and makes it anew. What was in it had been sent to a peer taken for dead.
 */
final class InboxWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InboxWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final Post post;
    private final PeerId self;
    private final Driver driver;
    private final ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(task -> new VitalThread("sluice-inbox-watch", task));
    private boolean reads = true;

    /** Keeps inboxes. Every method waits for the servers, and throws when they do not answer. */
    interface Post {
        /** Makes the inbox; one that exists stays as it is. */
        void create(PeerId peer);

        boolean exists(PeerId peer);

        /** Begins to read the inbox, which exists and is not read yet. */
        void open(PeerId peer, Inboxes.From from, Inboxes.Handler handler);

        /** Reads the inbox no more, if it was read. */
        void close(PeerId peer);

        /** Hears that the servers do not let this peer go on. */
        default void refused(AccessRefusedException refusal) {}
    }

    /** Topics of the network. */
    private record KafkaPost(Connections connections) implements Post {
        @Override
        public void create(PeerId peer) {
            connections.topics().create(new Topic.Inbox(peer), Topics.INBOX_RETENTION);
        }

        @Override
        public boolean exists(PeerId peer) {
            return connections.topics().exists(new Topic.Inbox(peer));
        }

        @Override
        public void open(PeerId peer, Inboxes.From from, Inboxes.Handler handler) {
            connections.inboxes().open(new Topic.Inbox(peer), from, handler);
        }

        @Override
        public void close(PeerId peer) {
            connections.inboxes().close(new Topic.Inbox(peer));
        }

        @Override
        public void refused(AccessRefusedException refusal) {
            connections.needed(refusal);
        }
    }

    private InboxWatch(Post post, PeerId self, Driver driver) {
        this.post = post;
        this.self = self;
        this.driver = driver;
    }

    /** Creates the inbox and begins to read it. */
    static InboxWatch open(Connections connections, PeerId self, Driver driver) {
        return open(new KafkaPost(connections), self, driver, INTERVAL);
    }

    static InboxWatch open(Post post, PeerId self, Driver driver, Duration interval) {
        try (ResourceStack opening = new ResourceStack()) {
            InboxWatch watch = opening.add(new InboxWatch(post, self, driver));
            post.create(self);
            post.open(self, Inboxes.From.END, new Inbox(self, driver));
            var _ = watch.executor.scheduleWithFixedDelay(watch::look, interval.toMillis(), interval.toMillis(),
                    TimeUnit.MILLISECONDS);
            var _ = opening.keep();
            return watch;
        }
    }

    /** Whether the inbox is there; it is made anew if not. Called by one thread at a time. */
    void look() {
        try {
            if (reads && !post.exists(self)) {
                LOG.warn("the inbox of {} was removed while it could not be reached; it gets a new one", self);
                post.close(self);
                reads = false;
            }
            if (!reads) {
                post.create(self);
                post.open(self, Inboxes.From.BEGINNING, new Inbox(self, driver));
                reads = true;
            }
        } catch (AccessRefusedException e) {
            post.refused(e);
        } catch (RuntimeException e) {
            // The servers are away: the next look will do.
            LOG.debug("could not look for the inbox of {}", self, e);
        } catch (Error e) {
            VitalThread.died(e);
            throw e;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        post.close(self);
    }
}
