package org.sluice.benchmarks.network;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Parameters;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.HashingPriority;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.measure.CpuAffinity;

/** Peers of this JVM, each with one hashing thread; they leave in order when they are closed. */
final class Peers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MEASURED = Duration.ofMillis(20);

    private final RandomGenerator random = new SecureRandom();
    private final ResourceStack resources = new ResourceStack();
    private final double share;
    private final KernelSelection kernels;

    /**
     * None yet.
     *
     * @param kernel what all of them hash with
     * @param share the part of its time that each hashing thread may use, above 0 and at most 1
     */
    Peers(SearchKernel kernel, double share) {
        this.share = share;
        kernels = resources.add(KernelSelection.begin(() -> List.of(kernel), 1, MEASURED, random));
    }

    /** The kernel that is at its rate at once, where this machine has one. */
    static SearchKernel kernel() {
        return Kernels.candidates()
                .stream()
                .filter(kernel -> !kernel.warmsUp())
                .findFirst()
                .orElse(Kernels.portable());
    }

    /** Connections to the servers of a network, closed with the peers. */
    Connections connect(String tracker) {
        return resources.add(Connections.join(tracker, PATIENCE));
    }

    /** Adds a peer. */
    void add(String name, Connections connections) throws InterruptedException {
        WorkerPeer.Options options = new WorkerPeer.Options(name, 1, List.of(), share, CpuAffinity.NONE,
                HashingPriority.LOWEST, "benchmark", Parameters.defaults(), Optional.empty());
        resources.add(WorkerPeer.start(connections, options, kernels, _ -> {}, random));
    }

    @Override
    public void close() {
        resources.close();
    }
}
