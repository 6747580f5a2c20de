package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClUnavailableException;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.HashingPriority;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.device.GpuChoice;
import org.sluice.worker.search.device.OpenClKernel;
import org.sluice.worker.search.measure.Benchmark;
import org.sluice.worker.search.measure.CpuAffinity;
import org.sluice.worker.search.thread.Device;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

/** A worker whose devices hash beside its threads, or alone. */
@Tag("slow")
@Timeout(180)
class DeviceWorkerTest {
    private static final String NO_DEVICE = "no OpenCL device here (Debian: apt install pocl-opencl-icd)";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Small enough for the portable kernel, and large enough for some steps. */
    private static final JobSpec JOB = new JobSpec(new JobId("anna.job"), new Range(0, 4_000_000),
            new Work.Integers("SHA-256", Bytes.EMPTY), new Goal.TrailingZeroBits(16), Mode.ALL, 16);

    private final AtomicBoolean errs = new AtomicBoolean();
    private final AtomicBoolean lies = new AtomicBoolean();
    private long solutions;

    @TempDir
    private Path data;

    /** By the kernel that all others are compared with. */
    @BeforeEach
    void count() {
        Kernels.portable().prepare(JOB.work().piece(0), JOB.goal()).run(0, JOB.range().end(), _ -> {
            solutions++;
            return true;
        }, () -> false);
    }

    /** The fault comes when it has hashed something of the job; what it was given is hashed by the thread. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatErrsRestsAndOneThatLiesIsDroppedAndTheWorkerGoesOn(boolean isLiar) throws Exception {
        Answer answer = hashed(1, device(new Faulty(isLiar ? lies : errs)), device -> {
            assertTrue(isLiar
                    ? device.state() instanceof Device.State.Dropped
                    : device.state() instanceof Device.State.Resting, () -> "" + device.state());
        });
        assertEquals(RangeSet.EMPTY, answer.gaps());
        assertEquals(solutions, answer.solutions().size());
    }

    /** Nobody divides a job with one that cannot hash. */
    @Test
    void aWorkerOfDevicesAloneIsPausedWithThem() throws Exception {
        errs.set(true);
        try (EmbeddedNetwork network = network();
                Connections connections = Connections.join(network.trackerAddress(), PATIENCE);
                Device device = device(new Faulty(errs));
                KernelSelection kernels = KernelSelection.begin(() -> List.of(), 0, Duration.ofMillis(1),
                        new SplittableRandom(1));
                WorkerPeer _ = worker(connections, 0, device, kernels)) {
            Await.that("it is paused", () -> connections.tracker()
                    .directory()
                    .live()
                    .stream()
                    .anyMatch(peer -> peer.hashesPerSecond() == 0));
            assertTrue(device.state() instanceof Device.State.Resting, () -> "" + device.state());
        }
    }

    /** Nobody gives a worker MD5 by the rate of a device that knows SHA-256 alone. */
    @Test
    void whatDevicesCannotDoHasTheRateOfTheThreads() throws Exception {
        try (EmbeddedNetwork network = network();
                Connections connections = Connections.join(network.trackerAddress(), PATIENCE);
                Device device = device(new Faulty(errs));
                KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
                        Duration.ofMillis(1), new SplittableRandom(1))) {
            Await.that("the device may hash", () -> device.hashesPerSecond() > 0);
            try (WorkerPeer _ = worker(connections, 1, device, kernels)) {
                Await.that("it is listed", () -> connections.tracker().directory().live().size() == 1);
                Rates rates = connections.tracker().directory().live().getFirst().rates();
                assertEquals(rates.hashesPerSecond(), rates.of("SHA-256"));
                assertEquals(rates.hashesPerSecond() - device.hashesPerSecond(), rates.of("MD5"));
            }
        }
    }

    @Test
    void realDevicesHashAWholeJob() throws Exception {
        OpenClKernel kernel = realDevice();
        Answer answer = hashed(0, device(kernel), device -> assertTrue(device.hashesPerSecond() > 0));
        assertEquals(RangeSet.EMPTY, answer.gaps());
        assertEquals(solutions, answer.solutions().size());
        kernel.close();
    }

    private static OpenClKernel realDevice() {
        try {
            return OpenCl.load()
                    .devices(_ -> {})
                    .stream()
                    .filter(OpenClDevice::isUsable)
                    .map(device -> new GpuChoice.Numbered(List.of(device.number())))
                    .flatMap(choice -> choice.kernels(OpenClKernel.BATCH, _ -> {}).stream())
                    .findFirst()
                    .orElseGet(() -> abort(NO_DEVICE));
        } catch (OpenClUnavailableException e) {
            return abort(NO_DEVICE);
        }
    }

    private interface Look {
        void at(Device device);
    }

    /** Has the job hashed by one worker, and looks at its device then. */
    private Answer hashed(int threads, Device device, Look afterwards) throws Exception {
        try (EmbeddedNetwork network = network();
                JoinedNetwork joined = JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test");
                KernelSelection kernels = KernelSelection.begin(
                        () -> List.of(Kernels.portable()), threads, Duration.ofMillis(1),
                        new SplittableRandom(1));
                device;
                WorkerPeer _ = worker(joined.connections(), threads, device, kernels)) {
            Await.that("the device may hash", () -> device.hashesPerSecond() > 0);
            Answer answer = joined.runner().start(JOB, Duration.ofMinutes(2), new Heard()).await();
            afterwards.at(device);
            return answer;
        }
    }

    private EmbeddedNetwork network() {
        return EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(data));
    }

    private static WorkerPeer worker(Connections connections, int threads, Device device, KernelSelection kernels)
            throws InterruptedException {
        return WorkerPeer.start(connections,
                new WorkerPeer.Options("ada", threads, List.of(device), 1, CpuAffinity.NONE,
                        HashingPriority.NORMAL, "test", Parameters.defaults(), Optional.empty()),
                kernels, _ -> {},
                new SplittableRandom(2));
    }

    private static Device device(SearchKernel kernel) {
        return Device.start(kernel, new Benchmark(Duration.ZERO, Duration.ofMillis(20), Benchmark.Time.ELAPSED),
                Permission.ALWAYS, new SplittableRandom(3));
    }

    /** A device that is good until it has hashed a part of the job, and then has the fault. */
    private final class Faulty implements SearchKernel {
        private final AtomicBoolean fault;

        Faulty(AtomicBoolean fault) {
            this.fault = fault;
        }

        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public boolean supports(Work.Plain work) {
            return Kernels.portable().supports(work);
        }

        @Override
        public Search prepare(Work.Plain work, Goal goal) {
            Search search = Kernels.portable().prepare(work, goal);
            return (start, end, hits, stop) -> {
                if (errs.get()) {
                    throw new OpenClException("CL_OUT_OF_RESOURCES");
                }
                if (lies.get()) {
                    hits.found(start);
                    return end;
                }
                long next = search.run(start, end, hits, stop);
                if (goal.equals(JOB.goal())) {
                    fault.set(true);
                }
                return next;
            };
        }
    }

    private static final class Heard implements JobRunner.Observer {
        @Override
        public void began(JobSpec spec) {}

        @Override
        public void progressed(Progress progress) {}

        @Override
        public void noticed(Notice notice) {}
    }
}
