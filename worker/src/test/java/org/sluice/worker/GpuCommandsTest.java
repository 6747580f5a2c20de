package org.sluice.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;

import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.search.device.GpuChoice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a volunteer sees of devices: the command devices, and what worker says to its options for them. */
class GpuCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void devicesAreListedByTheirNumbers() throws Exception {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        assertEquals(0, run(new DevicesCommand()));
        List<String> lines = out.toString().lines().toList();
        out.getBuffer().setLength(0);
        assertEquals(0, run(new DevicesCommand(), "--json"));

        JsonNode array = new ObjectMapper().readTree(out.toString());
        assertEquals(lines.size(), array.size());
        for (int number = 0; number < array.size(); number++) {
            assertEquals(number, array.get(number).get("number").asInt());
            assertTrue(lines.get(number).startsWith(String.format("%2d  ", number)), lines.get(number));
            assertTrue(array.get(number).get("computeUnits").asInt() > 0);
        }
    }

    @Test
    void withoutOpenClOneLineSaysWhatToInstall() {
        assumeFalse(DevicesHere.areThere(), "there is an OpenCL device here");
        for (Callable<Integer> command : List.of(new DevicesCommand(), new WorkerCommand(() -> "test"))) {
            err.getBuffer().setLength(0);
            assertEquals(3, command instanceof WorkerCommand ? run(command, "--gpu", "all") : run(command));
            assertEquals(1, err.toString().lines().count(), err.toString());
            assertTrue(err.toString().contains("install"), err.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--gpu=one", "--gpu=", "--gpu=-1", "--gpu=0,,1", "--gpu-intensity=0",
            "--gpu-intensity=501", "--threads=0"})
    void wrongUsageOfWorkerEndsWith2(String option) {
        assertEquals(2, run(new WorkerCommand(() -> "test"), option));
        assertTrue(err.toString().contains(option.substring(0, option.indexOf('='))), err.toString());
    }

    @Test
    void aNumberThatNoDeviceHasEndsWith2() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        assertEquals(2, run(new WorkerCommand(() -> "test"), "--gpu", "9999"));
        assertTrue(err.toString().contains("there is no device 9999 here"), err.toString());
    }

    @Test
    void processorsAreTakenByNumberAlone() {
        List<OpenClDevice> devices = devices();
        assumeTrue(devices.stream().allMatch(device -> device.type() == OpenClDevice.Type.CPU), "there is a GPU here");
        for (String[] arguments : List.of(new String[]{"--gpu", "all"},
                new String[]{"--gpu", "all", "--threads", "0"})) {
            err.getBuffer().setLength(0);
            assertEquals(3, run(new WorkerCommand(() -> "test"), arguments));
            assertEquals(1, err.toString().lines().count(), err.toString());
            assertTrue(err.toString().contains("--gpu " + devices.getFirst().number() + " takes them"),
                    err.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cpu-limit=50", "--cpu-affinity=0"})
    void processorsAsADeviceAreNotTakenWithLimitsThatTheirDriverDoesNotKeepTo(String limit) {
        OpenClDevice processors = devices().stream()
                .filter(device -> device.type() == OpenClDevice.Type.CPU)
                .findFirst()
                .orElseGet(() -> abort("no processors among the devices here"));

        assertEquals(2, run(new WorkerCommand(() -> "test"), "--gpu", "" + processors.number(), limit));
        assertTrue(err.toString().contains(limit.replaceFirst("=.*", "")), err.toString());
        assertTrue(err.toString().contains("keeps to no"), err.toString());
    }

    @Test
    void benchmarkMeasuresADeviceBesideANamedKernel() {
        int number = devices().getFirst().number();

        assertEquals(0,
                run(new BenchmarkCommand(), "--kernel", "message-digest", "--gpu", "" + number, "--warm-up", "0",
                        "--seconds", "0.01", "--threads", "1"));
        assertTrue(out.toString().contains("message-digest"), out.toString());
        assertTrue(out.toString().contains(GpuChoice.KERNEL_PREFIX), out.toString());
    }

    @Test
    void aDevicesKernelIsNoKernelForProcessors() {
        assertEquals(2, run(new WorkerCommand(() -> "test"), "--kernel", "opencl:some-gpu"));
        assertTrue(err.toString().contains("--gpu takes the device's number"), err.toString());
    }

    private static List<OpenClDevice> devices() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        return OpenCl.load().devices(_ -> {}).stream().filter(OpenClDevice::isUsable).toList();
    }

    private int run(Callable<Integer> command, String... arguments) {
        return new CommandLine(command).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
