package org.sluice.submitter.admin;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.report.Json;
import org.sluice.worker.TrackerOptions;
import org.sluice.worker.runtime.NetworkAddress;

import com.fasterxml.jackson.core.JsonGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice network check}: whether a network's servers are as its peers need them. */
@Command(name = "check", sortOptions = false, sortSynopsis = false,
        description = {
                "Ask each server of a network whether it is as peers need it, from this machine and with these properties:",
                "whether it is reached, lets topics be created, written and read as often as they are to be kept, has the "
                        + "schemas of this version, and what its clock says.",
                TrackerOptions.LOCAL},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {"  0:peers can use it; there may be warnings",
                "  2:wrong usage", "  3:something failed"})
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    private final CommandContext context;

    CheckCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        NetworkAddress address = options.addressOrLocal(context.environment());
        List<Finding> findings = new ArrayList<>();
        PrintWriter out = options.commandLine().getOut();
        new NetworkCheck(address, context.clock(), context.random()).run(finding -> {
            findings.add(finding);
            if (!options.json()) {
                out.println(String.format(Locale.ROOT, "%-8s %-9s %s", finding.state().name().toLowerCase(Locale.ROOT),
                        finding.subject(), finding.text()));
                out.flush();
            }
        });
        boolean failed = findings.stream().anyMatch(finding -> finding.state() == Finding.State.FAILED);
        if (options.json()) {
            Json.line(out, json -> write(findings, !failed, json));
        }
        return failed ? ExitStatus.INFRASTRUCTURE : ExitStatus.FOUND;
    }

    private static void write(List<Finding> findings, boolean usable, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("usable", usable);
        json.writeArrayFieldStart("checks");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("state", finding.state().name());
            json.writeStringField("subject", finding.subject());
            json.writeStringField("text", finding.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
