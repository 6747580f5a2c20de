package org.sluice.submitter;

import java.io.PrintWriter;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells of errors as the program that has these commands does: a line, and a status by the kind of the exception. */
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        return told(e.getCommandLine(), e, ExitStatus.USAGE);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return told(command, e, e instanceof IllegalArgumentException ? ExitStatus.USAGE : ExitStatus.INFRASTRUCTURE);
    }

    private static int told(CommandLine command, Exception e, int status) {
        PrintWriter err = command.getErr();
        err.println("sluice: " + e.getMessage());
        err.flush();
        return status;
    }
}
