package org.sluice.submitter;

import java.util.Optional;

/** Ctrl-C as a method. */
public final class FakeInterrupts implements Interrupts {
    private Optional<Runnable> action = Optional.empty();
    private boolean interrupted;
    public boolean closed;

    public void interrupt() {
        interrupted = true;
        action.orElseThrow().run();
    }

    @Override
    public Watch watch() {
        return new Watch() {
            @Override
            public void onInterrupt(Runnable wanted) {
                action = Optional.of(wanted);
                if (interrupted) {
                    wanted.run();
                }
            }

            @Override
            public boolean interrupted() {
                return interrupted;
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
