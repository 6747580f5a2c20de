package org.sluice.submitter;

import java.io.PrintWriter;

import org.sluice.submitter.request.UsageException;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells of errors as people want it: one line on standard error, and a stack trace only with {@code --verbose}. */
public final class CommandErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private CommandErrors() {}

    /** Makes a command line, and all subcommands that it has by then, tell of errors this way. */
    public static void tellOf(CommandLine commandLine) {
        CommandErrors errors = new CommandErrors();
        commandLine.setParameterExceptionHandler(errors);
        commandLine.setExecutionExceptionHandler(errors);
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String message = e.getMessage();
        print(command, (message == null ? "wrong usage" : message) + "; see " + name(command) + " --help");
        return ExitStatus.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof UsageException) {
            print(command, told(e));
            return ExitStatus.USAGE;
        }
        boolean verbose = isVerbose(parsed);
        print(command, told(e) + (verbose || expected(e) ? "" : "; --verbose shows where"));
        if (verbose) {
            PrintWriter err = command.getErr();
            e.printStackTrace(err);
            err.flush();
        }
        return ExitStatus.INFRASTRUCTURE;
    }

    private static String told(Exception e) {
        String message = e.getMessage();
        if (expected(e) && message != null) {
            return message;
        }
        return "unexpected " + e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** Sluice's own exceptions say what to do; others were not foreseen. */
    private static boolean expected(Exception e) {
        return e.getClass().getName().startsWith("org.sluice.");
    }

    private static boolean isVerbose(ParseResult parsed) {
        for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
            if (at.hasMatchedOption("--verbose")) {
                return true;
            }
        }
        return false;
    }

    private static void print(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println(name(command) + ": " + String.join(" ", message.strip().split("\\s*\\R\\s*")));
        err.flush();
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
