package org.sluice.submitter.report;

import org.sluice.protocol.root.Progress;

/** Where a job's progress is shown while it runs; may be used from any thread. */
public interface ProgressView extends AutoCloseable {
    /** Shows progress. */
    void show(Progress progress);

    /** Shows whether the network answers; as long as it does not, nobody knows how far the job is. */
    void connected(boolean connected);

    /** Shows a line that stays. */
    void say(String line);

    /** Ends the display and leaves the cursor on a fresh line. */
    @Override
    void close();

    /** A view that shows nothing. */
    static ProgressView none() {
        return new ProgressView() {
            @Override
            public void show(Progress progress) {
                // Nobody wants to see it.
            }

            @Override
            public void connected(boolean connected) {
                // Nobody wants to see it.
            }

            @Override
            public void say(String line) {
                // Nobody wants to see it.
            }

            @Override
            public void close() {
                // There is nothing to end.
            }
        };
    }
}
