package org.sluice.submitter;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * All that the commands find around them.
 *
 * @param networks where to get a network from
 * @param views where to look at a network without joining it
 * @param interrupts tells of Ctrl-C
 * @param environment the environment variables
 * @param terminalColumns the width of the terminal that shows standard error, empty if none does
 * @param clock dates the names of jobs
 * @param random makes the names of jobs unique
 */
public record CommandContext(NetworkSource networks, NetworkView.Source views, Interrupts interrupts,
        Map<String, String> environment,
        Supplier<OptionalInt> terminalColumns, InstantSource clock, RandomGenerator random) {
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Those of this process. */
    public static CommandContext ofThisProcess(NetworkSource networks) {
        return new CommandContext(networks,
                TrackedView::open, new ShutdownInterrupts(GRACE),
                System.getenv(), Terminal::columns,
                Clock.systemUTC(), new SecureRandom());
    }

    /** The same with other environment variables. */
    public CommandContext withEnvironment(Map<String, String> variables) {
        return new CommandContext(networks, views, interrupts, variables, terminalColumns, clock, random);
    }
}
