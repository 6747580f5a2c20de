package org.sluice.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice simulate evaluation}: tables and plots of what a network achieves. */
@Command(name = "evaluation", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Evaluates the protocol by simulation, and writes tables (Markdown) and plots (SVG). Takes some minutes.")
final class EvaluationCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", arity = "0..1", defaultValue = "docs/evaluation",
            description = "Where they go.")
    private Path folder = Path.of("docs", "evaluation");

    @Option(names = "--quick", description = "Small networks and few seeds only, to see whether it works.")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("the command was not parsed");
        }
        new Evaluation(folder, command.commandLine().getErr(), quick).run();
        return 0;
    }
}
