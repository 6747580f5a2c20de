package org.sluice.deploy;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.failure.NetworkException;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.Network;
import org.sluice.submitter.NetworkSource;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;

/** The networks that a submitter can use: one that runs already, or an embedded one with workers in this process. */
final class Networks implements NetworkSource {
    private static final Duration MEASURED = Duration.ofMillis(100);

    @Override
    public Network connect(NetworkAddress address, Duration patience) {
        return JoinedNetwork.join(address, patience, Version.current());
    }

    @Override
    public Network embedded(Consumer<String> says) {
        return embedded(Math.min(2, cores()), () -> kernels(Kernels::candidates, new SecureRandom()), says,
                (_, _) -> {});
    }

    /** Begins to choose among kernels, for all cores of this machine. */
    static KernelSelection kernels(Supplier<List<SearchKernel>> choice, RandomGenerator random) {
        return KernelSelection.begin(choice, cores(), MEASURED, random);
    }

    /** Where the kernels of an embedded network come from. */
    interface KernelSource {
        KernelSelection kernels();
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Hears of what one of the workers says. */
    interface WorkerListener {
        void noticed(String worker, Notice notice);
    }

    /**
     * Starts a network with workers that share this machine's cores.
     *
     * @param workers how many
     * @param source gives the kernels, which are chosen while the servers start and closed with the network
     */
    static Network embedded(int workers, KernelSource source, Consumer<String> says, WorkerListener listener) {
        says.accept("starting a network of its own: tracker, Kafka, schema registry and " + workers + " workers on "
                + cores() + " cores");
        try (ResourceStack opening = new ResourceStack()) {
            KernelSelection kernels = opening.add(source.kernels());
            EmbeddedNetwork network = opening.add(EmbeddedNetwork.startTemporary());
            JoinedNetwork joined = opening
                    .add(JoinedNetwork.join(network.trackerAddress(), Duration.ofSeconds(20), Version.current(),
                            network.schemaIds()));
            RandomGenerator random = new SecureRandom();
            for (int i = 1; i <= workers; i++) {
                String name = "worker" + i;
                // The first take one core more where they do not divide evenly.
                int threads = Math.max(1, cores() / workers + (i <= cores() % workers ? 1 : 0));
                opening.add(WorkerPeer.start(joined.connections(),
                        new WorkerPeer.Options(name, threads, Version.current(), Parameters.defaults()), kernels,
                        notice -> listener.noticed(name, notice), random));
            }
            return new Embedded(joined, opening.keep());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException("interrupted while the network was starting", e);
        }
    }

    /**
     * An embedded network as the submitter sees it.
     *
     * @param resources all that was started for it
     */
    private record Embedded(JoinedNetwork joined, ResourceStack resources) implements Network {
        @Override
        public String tracker() {
            return joined.tracker();
        }

        @Override
        public JobRunner runner() {
            return joined.runner();
        }

        @Override
        public void close() {
            resources.close();
        }
    }
}
