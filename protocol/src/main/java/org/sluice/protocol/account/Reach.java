package org.sluice.protocol.account;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.PeerId;

/** Whom a peer has ever given anything of a job, and which of them are to hear of the job's end from it. It only grows. */
public final class Reach {
    private final Set<PeerId> ever = new LinkedHashSet<>();
    private final Set<PeerId> descendants = new LinkedHashSet<>();
    private final Set<PeerId> below = new HashSet<>();

    /**
     * A child is given something.
     *
     * @param slice over whom it divides its excess
     * @param isDescent whether it has nobody else above it in the job's tree, as far as is known
     */
    public void gave(PeerId child, List<RosterEntry> slice, boolean isDescent) {
        ever.add(child);
        if (isDescent) {
            descendants.add(child);
            slice.forEach(entry -> below.add(entry.peer()));
        }
    }

    /** A former root has given something to these. */
    public void inherit(Collection<PeerId> reached) {
        ever.addAll(reached);
        descendants.addAll(reached);
    }

    /** Everyone to whom anything was ever given. */
    public Set<PeerId> ever() {
        return Collections.unmodifiableSet(ever);
    }

    /** Those of them that have nobody else above them in the job's tree, as far as is known. */
    public Set<PeerId> descendants() {
        return Collections.unmodifiableSet(descendants);
    }

    /** Those over whom the descendants divide their own, and who hear of the job's end from them. */
    public Set<PeerId> below() {
        return Collections.unmodifiableSet(below);
    }
}
