package org.sluice.submitter.admin;

import java.util.concurrent.Callable;

import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.tracker.Tracker;
import org.sluice.worker.TrackerOptions;
import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice network show}: what a tracker tells newcomers of the network. */
@Command(name = "show", sortOptions = false, sortSynopsis = false,
        description = {"Print what the tracker tells newcomers: the network's name and its servers.",
                TrackerOptions.LOCAL},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {"  0:the description was printed", "  2:wrong usage",
                "  3:the tracker does not answer, or knows no network"})
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    private final CommandContext context;

    ShowCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        NetworkAddress address = options.addressOrLocal(context.environment());
        try (Tracker tracker = Tracker.connect(address.tracker(), NetworkOptions.PATIENCE,
                address.properties().tracker())) {
            DescriptionText.print(address.tracker(), tracker.network(), options.json(), options.commandLine().getOut());
        }
        return ExitStatus.FOUND;
    }
}
