package org.sluice.worker.search;

import java.security.MessageDigest;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/** The portable kernel: every algorithm that the JDK has a {@link MessageDigest} for, and SHA-256 applied twice. */
public final class MessageDigestKernel implements SearchKernel {
    /** This kernel's name. */
    public static final String NAME = "message-digest";

    public MessageDigestKernel() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(Work.Plain work) {
        return Reference.algorithms().contains(work.algorithm());
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        return new MessageDigestSearch(work, goal);
    }
}
