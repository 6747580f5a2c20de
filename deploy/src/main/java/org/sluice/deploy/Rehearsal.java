package org.sluice.deploy;

/**
 * The run from which the launcher makes the ahead-of-time cache: what nearly every start does, once, from the servers to a
 * worker and a submitter.
 *
 * <p>The JVM records which classes are loaded and linked, and which methods are worth compiling; later starts find them ready.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments) {
        Main.execute("up", "--help");
        System.exit(
                Main.execute("submit", "integers", "--from", "0", "--to", "1_000_000", "--zeros", "60") == 1 ? 0 : 1);
    }
}
