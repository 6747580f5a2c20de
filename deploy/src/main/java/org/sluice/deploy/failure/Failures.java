package org.sluice.deploy.failure;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.sluice.deploy.output.Trace;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.submitter.NodeFailedException;
import org.sluice.submitter.SupersededException;
import org.sluice.tracker.node.TrackerException;

import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What people see when a command fails: one line on standard error, and an exit status that scripts can rely on.
 *
 * <p>Only the outcomes of a job have statuses of their own (0, 1 and 4), which the commands return. Whatever is thrown is
 * wrong usage (2), an interruption (130), or the world's fault (3); so is a mistake of ours, whose line says so.
 */
public final class Failures
        implements
            IParameterExceptionHandler,
            IExecutionExceptionHandler,
            IExitCodeExceptionMapper {
    static final int WRONG_USAGE = 2;
    public static final int INFRASTRUCTURE = 3;
    static final int INTERRUPTED = 130;

    @Override
    public int getExitCode(Throwable failure) {
        return switch (failure) {
            case ParameterException _ -> WRONG_USAGE;
            // The values of the protocol check themselves: what was typed makes no valid one.
            case IllegalArgumentException _ -> WRONG_USAGE;
            case InterruptedException _ -> INTERRUPTED;
            default -> INFRASTRUCTURE;
        };
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        report(command.getErr(), failure, complaint(failure) + suggestion(failure) + "; see "
                + command.getCommandSpec().qualifiedName() + " --help");
        return WRONG_USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        report(command.getErr(), failure, isKnown(failure)
                ? message(failure)
                : "internal error, which should not happen: "
                        + failure.getClass().getSimpleName() + ": " + message(failure) + "; --verbose shows where");
        return getExitCode(failure);
    }

    /** Reports what no command can be expected to survive. */
    public static int report(PrintWriter err, Error failure) {
        report(err, failure, failure instanceof OutOfMemoryError
                ? "out of memory (" + failure.getMessage() + "); give the JVM more, such as SLUICE_JAVA_OPTIONS=-Xmx1g"
                : "it cannot go on: " + failure.getClass().getSimpleName() + ": " + failure.getMessage()
                        + "; is it built in full, and may it open enough files (ulimit -n)? --verbose shows where");
        return INFRASTRUCTURE;
    }

    private static void report(PrintWriter err, Throwable failure, String message) {
        err.println("sluice: " + oneLine(message));
        if (Logging.verbose()) {
            Trace.lines(failure).forEach(err::println);
        }
        err.flush();
    }

    private static String complaint(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        if (!command.getSubcommands().isEmpty() && failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()) {
            String named = unmatched.getUnmatched().getFirst();
            return "there is no command '" + (command.getParent() == null ? "" : command.getCommandName() + " ")
                    + named + "'";
        }
        return String.valueOf(failure.getMessage())
                .replaceFirst("^Error: ", "")
                .replaceFirst("is not an? (int|long)$", "is no whole number")
                .replaceFirst("is not a (float|double)$", "is no number");
    }

    private static String suggestion(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> suggestions = unmatched.getSuggestions();
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }

    /** Failures whose message was written for people. */
    private static boolean isKnown(Exception failure) {
        return switch (failure) {
            case NetworkException _,TrackerException _,ServersUnavailableException _,SupersededException _,NodeFailedException _ ->
                true;
            case KafkaException _,IOException _,UncheckedIOException _,TimeoutException _ -> true;
            case IllegalArgumentException _,InterruptedException _ -> true;
            default -> false;
        };
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    private static String oneLine(String message) {
        return String.join(" ", message.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
    }
}
