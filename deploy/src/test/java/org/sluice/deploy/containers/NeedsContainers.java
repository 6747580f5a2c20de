package org.sluice.deploy.containers;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;

/** Skips a class of tests, and says why, where Docker does not answer or Sluice's image cannot be built. */
final class NeedsContainers implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw skip(context, "no Docker answers here");
        }
        try {
            Note.that("Sluice's image is " + Images.sluice());
        } catch (Images.UnavailableException e) {
            throw skip(context, String.valueOf(e.getMessage()));
        }
    }

    /** The exception that skips, after a line that says so: the build's own report gives only a number. */
    static TestAbortedException skip(ExtensionContext context, String why) {
        return skip(context.getDisplayName(), why);
    }

    static TestAbortedException skip(String what, String why) {
        Note.that(what + " is skipped: " + why);
        return new TestAbortedException(why);
    }
}
