package org.sluice.tracker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.JobId;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.MalformedNodeException;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.OwnThread;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.Subscription;
import org.sluice.tracker.node.TrackerException;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which jobs exist, how far they are, and which process plays the root of each.
 *
 * <p>A root is claimed by creating the job's ephemeral owner node and raising its epoch in one transaction, so of two
 * claimants only one succeeds, and whoever was replaced is recognised by its lower epoch. A state in which a job has ended
 * is final.
 */
public final class JobRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(JobRegistry.class);
    private static final int ATTEMPTS = 20;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    /** Malformed nodes that are remembered so as to be logged once. */
    private static final int MAX_REPORTED = 10_000;

    private final Nodes nodes;
    /** Distinguishes this connection's claims from others', over all its sessions. */
    private final String claimant = UUID.randomUUID().toString();
    private final OwnThread thread = new OwnThread("sluice-job-registry");
    private final Map<JobId, Long> claimed = new ConcurrentHashMap<>();
    private final Set<JobId> reported = ConcurrentHashMap.newKeySet();

    JobRegistry(Nodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Enters a new job.
     *
     * @throws TrackerException if another job has this id, or the tracker does not answer
     */
    public void create(JobRecord job) {
        byte[] data = NodeData.encode(job);
        boolean created = nodes.ask("entering " + job.job(), client -> {
            while (true) {
                try {
                    createOwner(client, job.job().owner());
                    client.create().withMode(CreateMode.PERSISTENT).forPath(Paths.job(job.job()), data);
                    return true;
                } catch (KeeperException.NodeExistsException e) {
                    return false;
                } catch (KeeperException.NoNodeException e) {
                    LOG.trace("{} has just lost the last of its jobs", job.job().owner());
                }
            }
        });
        if (!created) {
            // The same data is there when our first try was carried out and its answer got lost.
            Nodes.Content content = nodes.read(Paths.job(job.job()));
            if (content == null || !Arrays.equals(content.data(), data)) {
                throw new TrackerException("a job with the id " + job.job() + " exists already", null);
            }
        }
    }

    /** Makes the node below which an owner's jobs stand; ZooKeeper removes it some time after the last of them. */
    private static void createOwner(CuratorFramework client, String owner) throws Exception {
        try {
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.CONTAINER)
                    .forPath(Paths.jobsOf(owner), new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            LOG.trace("{} has jobs", owner);
        }
    }

    /**
     * Replaces a job's record, whatever it was before. One that has ended runs again only by the word of who holds its claim.
     *
     * @return false if nothing was written, because the job is gone, has ended in another state, or its root was claimed
     *         since the given record was read (its epoch is higher)
     */
    public boolean update(JobRecord job) {
        byte[] data = NodeData.encode(job);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Versioned stored = read(job.job());
            if (stored == null || stored.job().rootEpoch() != job.rootEpoch()
                    || (stored.job().state().ended() && stored.job().state() != job.state() && !isClaimed(job))) {
                return false;
            }
            if (stored.job().equals(job) || write(job.job(), data, stored.version())) {
                return true;
            }
        }
        throw changing(job.job());
    }

    /** Takes back that there is a job, of which nothing has been sent yet. */
    public void delete(JobId job) {
        release(job);
        nodes.delete(Paths.job(job));
    }

    /** All jobs, oldest first. */
    public List<JobRecord> list() {
        List<JobRecord> jobs = new ArrayList<>();
        names().forEach(job -> find(job).ifPresent(jobs::add));
        jobs.sort(Comparator.comparing(JobRecord::created).thenComparing(JobRecord::job));
        return jobs;
    }

    /** The jobs that have a record, readable or not. */
    public Set<JobId> names() {
        Set<JobId> names = new TreeSet<>();
        for (String owner : nodes.children(Paths.JOBS)) {
            if (Paths.isOwner(owner) && !isOfOlderVersion(owner)) {
                nodes.children(Paths.jobsOf(owner)).forEach(name -> Paths.job(owner, name).ifPresent(names::add));
            }
        }
        return names;
    }

    /** Whether a node in the place of an owner's is itself a job's record: of a version that knew no owners. */
    private boolean isOfOlderVersion(String node) {
        Nodes.Content content = nodes.read(Paths.jobsOf(node));
        return content != null && content.data() != null && content.data().length > 0;
    }

    /** A job's record; empty when there is none, or none that can be read. */
    public Optional<JobRecord> find(JobId job) {
        return Optional.ofNullable(read(job)).map(Versioned::job);
    }

    /** Whether some process plays the job's root now. */
    public boolean owned(JobId job) {
        return nodes.read(Paths.owner(job)) != null;
    }

    /**
     * Claims the part of a job's root, until it is released or this connection closed. When the session is lost meanwhile
     * the claim is put back with the next one, unless another process was faster; a {@linkplain #watch watcher} then sees a
     * higher epoch.
     *
     * @return the new epoch, or the one already held by this connection; empty when another process holds it or there is no
     *         such job
     */
    public OptionalLong claim(JobId job) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Nodes.Content owner = nodes.read(Paths.owner(job));
            if (owner != null) {
                OptionalLong held = heldByUs(job, owner);
                if (held.isEmpty() || owner.stat().getEphemeralOwner() == nodes.session()) {
                    held.ifPresent(epoch -> claimed.put(job, epoch));
                    return held;
                }
                replaceOwner(job, owner, held.getAsLong());
                continue;
            }
            Versioned stored = read(job);
            if (stored == null) {
                return OptionalLong.empty();
            }
            if (stored.job().rootEpoch() >= Root.MOST_CLAIMS) {
                throw new TrackerException("the root of " + job + " has the highest epoch there is, by the hand of a"
                        + " stranger: it cannot be claimed any more", null);
            }
            long epoch = stored.job().rootEpoch() + 1;
            if (takeOwnership(stored, epoch)) {
                claimed.put(job, epoch);
                return OptionalLong.of(epoch);
            }
        }
        throw changing(job);
    }

    /** Gives the part of a job's root back, if this connection holds it. */
    public void release(JobId job) {
        claimed.remove(job);
        Nodes.Content owner = nodes.read(Paths.owner(job));
        if (owner != null && heldByUs(job, owner).isPresent()) {
            nodes.delete(Paths.owner(job));
        }
    }

    /**
     * Calls back on the registry's own thread with a job's record: as soon as it is read, then after every change of it.
     * Also after an outage the newest is seen. The callback must be quick.
     */
    public Subscription watch(JobId job, Consumer<JobRecord> watcher) {
        CuratorCache cache = CuratorCache.build(nodes.client(), Paths.job(job), CuratorCache.Options.SINGLE_NODE_CACHE);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreatesAndChanges((_, node) -> thread.run(() -> call(job, node, watcher)))
                        .build());
        cache.start();
        return cache::close;
    }

    /**
     * Deletes the records of all jobs that have expired by the tracker's clock and have no owner. One that cannot be read
     * says nothing of its expiry and stays, and so does one that somebody writes meanwhile.
     *
     * @return which
     */
    public Set<JobId> deleteExpired() {
        Instant now = nodes.time();
        Set<JobId> deleted = new TreeSet<>();
        for (JobId job : names()) {
            Versioned stored = read(job);
            if (stored != null && stored.job().expires().isBefore(now)
                    && nodes.delete(Paths.job(job), stored.version())) {
                deleted.add(job);
            }
        }
        return deleted;
    }

    void reconnected() {
        thread.run(() -> new HashSet<>(claimed.keySet()).forEach(this::reclaim));
    }

    void close() {
        thread.close();
    }

    private boolean isClaimed(JobRecord job) {
        return Objects.equals(claimed.get(job.job()), job.rootEpoch());
    }

    private record Versioned(JobRecord job, int version) {}

    private @Nullable Versioned read(JobId job) {
        Nodes.Content content = nodes.read(Paths.job(job));
        if (content == null) {
            return null;
        }
        JobRecord parsed = parse(job, content.data(), content.stat());
        return parsed == null ? null : new Versioned(parsed, content.stat().getVersion());
    }

    private @Nullable JobRecord parse(JobId job, byte @Nullable [] data, Stat stat) {
        try {
            return NodeData.job(job, data, Instant.ofEpochMilli(stat.getCtime()));
        } catch (MalformedNodeException e) {
            if (reported.size() < MAX_REPORTED && reported.add(job)) {
                LOG.warn("Ignoring the job {}: its node in the tracker is malformed, {}", job, e.getMessage());
            }
            return null;
        }
    }

    /** Writes a record over the given version of it; false when it was another by then. */
    private boolean write(JobId job, byte[] data, int version) {
        return nodes.ask("updating " + job, client -> {
            try {
                client.setData().withVersion(version).forPath(Paths.job(job), data);
                return true;
            } catch (KeeperException.BadVersionException | KeeperException.NoNodeException e) {
                return false;
            }
        });
    }

    /** The epoch that an owner node grants this connection; empty when it grants it to another. */
    private OptionalLong heldByUs(JobId job, Nodes.Content owner) {
        try {
            NodeData.Owner parsed = NodeData.owner(owner.data());
            return parsed.claimant().equals(claimant) ? OptionalLong.of(parsed.epoch()) : OptionalLong.empty();
        } catch (MalformedNodeException e) {
            LOG.debug("The owner of {} is malformed, {}", job, e.getMessage());
            return OptionalLong.empty();
        }
    }

    private boolean takeOwnership(Versioned stored, long epoch) {
        JobId job = stored.job().job();
        byte[] data = NodeData.encode(stored.job().withRootEpoch(epoch));
        byte[] owner = NodeData.encode(new NodeData.Owner(claimant, epoch));
        return nodes.ask("claiming " + job, client -> {
            try {
                var _ = client.transaction()
                        .forOperations(
                                client.transactionOp()
                                        .setData()
                                        .withVersion(stored.version())
                                        .forPath(Paths.job(job), data),
                                client.transactionOp()
                                        .create()
                                        .withMode(CreateMode.EPHEMERAL)
                                        .forPath(Paths.owner(job), owner));
                return true;
            } catch (KeeperException.BadVersionException | KeeperException.NodeExistsException
                    | KeeperException.NoNodeException e) {
                return false;
            }
        });
    }

    /** Puts this session's owner node in the place of a former session's; who reads it next sees whether it worked. */
    private void replaceOwner(JobId job, Nodes.Content owner, long epoch) {
        byte[] data = NodeData.encode(new NodeData.Owner(claimant, epoch));
        nodes.ask("claiming " + job + " again", client -> {
            try {
                return client.transaction()
                        .forOperations(
                                client.transactionOp()
                                        .delete()
                                        .withVersion(owner.stat().getVersion())
                                        .forPath(Paths.owner(job)),
                                client.transactionOp()
                                        .create()
                                        .withMode(CreateMode.EPHEMERAL)
                                        .forPath(Paths.owner(job), data));
            } catch (KeeperException.BadVersionException | KeeperException.NodeExistsException
                    | KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    /** Puts a claim back after a reconnection, unless the job has gone to somebody else. */
    private void reclaim(JobId job) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Long epoch = claimed.get(job);
                Versioned stored = read(job);
                if (epoch == null || stored == null || stored.job().rootEpoch() != epoch) {
                    break;
                }
                Nodes.Content owner = nodes.read(Paths.owner(job));
                if (owner == null) {
                    takeOwnership(stored, epoch);
                } else if (heldByUs(job, owner).isEmpty()) {
                    break;
                } else if (owner.stat().getEphemeralOwner() == nodes.session()) {
                    return;
                } else {
                    replaceOwner(job, owner, epoch);
                }
            }
            if (claimed.remove(job) != null) {
                LOG.info("The root of {} was claimed by another process", job);
            }
        } catch (TrackerException e) {
            LOG.debug("{}", e.getMessage());
            nodes.needed(e);
            thread.runAfter(RETRY_PAUSE, () -> reclaim(job));
        }
    }

    private void call(JobId job, ChildData node, Consumer<JobRecord> watcher) {
        JobRecord parsed = parse(job, node.getData(), node.getStat());
        if (parsed != null) {
            try {
                watcher.accept(parsed);
            } catch (RuntimeException e) {
                LOG.warn("A watcher of the job {} failed", job, e);
            }
        }
    }

    private static TrackerException changing(JobId job) {
        return new TrackerException("the record of " + job + " changes under our hands; try again", null);
    }
}
