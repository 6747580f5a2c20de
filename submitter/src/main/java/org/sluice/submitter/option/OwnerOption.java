package org.sluice.submitter.option;

import java.util.Optional;

import org.sluice.protocol.value.Identifier;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.runtime.PeerNames;

import picocli.CommandLine.Option;

/** Whose jobs a command starts. */
public final class OwnerOption {
    @Option(names = "--owner", paramLabel = "NAME", order = 53, description = {
            "Whose job it is: the first word of its id, 1 to 40 of a-z, 0-9 and -.", "Default: your login name."})
    private Optional<String> owner = Optional.empty();

    /** A name. */
    public String owner() {
        try {
            return Identifier.checkedName("--owner", owner.orElseGet(PeerNames::ofUser));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
