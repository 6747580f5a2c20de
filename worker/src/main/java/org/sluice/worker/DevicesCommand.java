package org.sluice.worker;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.sluice.schemas.codec.Printable;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClUnavailableException;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice devices}: the GPUs and other devices that a worker can hash with. */
@Command(name = "devices", mixinStandardHelpOptions = true,
        description = {"List the GPUs and other devices of OpenCL here, by the numbers that worker --gpu takes."},
        footer = {"", "Exit status: 0 there are devices, 2 wrong usage, 3 there is no OpenCL or no device."})
public final class DevicesCommand implements Callable<Integer> {
    static final int INFRASTRUCTURE = 3;
    private static final double GIB = 1 << 30;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON array on standard output and nothing else there.")
    private boolean json;

    /** A command for picocli to fill in. */
    public DevicesCommand() {}

    @Override
    public Integer call() {
        try {
            List<OpenClDevice> devices = OpenCl.load().devices(this::warn);
            if (devices.isEmpty()) {
                throw OpenClUnavailableException.noDevice();
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(json(devices));
            } else {
                devices.forEach(device -> out.println(line(device)));
            }
            out.flush();
            return 0;
        } catch (OpenClException e) {
            warn(String.valueOf(e.getMessage()));
            return INFRASTRUCTURE;
        }
    }

    private void warn(String line) {
        spec.commandLine().getErr().println(Printable.line("sluice: " + line));
        spec.commandLine().getErr().flush();
    }

    private static String line(OpenClDevice device) {
        return Printable.line(String.format(Locale.ROOT,
                "%2d  %s: %s, %d compute units, %.1f GiB, %s (%s, driver %s)%s",
                device.number(), device.name(), device.type().label(), device.computeUnits(), device.memory() / GIB,
                device.version(), device.platform(), device.driver(),
                device.isUsable() ? "" : "; cannot be used: " + device.obstacle()));
    }

    private static ArrayNode json(List<OpenClDevice> devices) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (OpenClDevice device : devices) {
            array.addObject()
                    .put("number", device.number())
                    .put("name", device.name())
                    .put("type", device.type().label())
                    .put("computeUnits", device.computeUnits())
                    .put("memoryBytes", device.memory())
                    .put("version", device.version())
                    .put("platform", device.platform())
                    .put("driver", device.driver())
                    .put("usable", device.isUsable())
                    .put("obstacle", device.isUsable() ? null : device.obstacle());
        }
        return array;
    }
}
