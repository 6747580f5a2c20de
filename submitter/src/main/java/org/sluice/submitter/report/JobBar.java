package org.sluice.submitter.report;

import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Mode;
import org.sluice.schemas.codec.Printable;

import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * Progress as a bar that redraws itself on a terminal's last line.
 *
 * <p>The bar writes through a consumer of its own: the library's would open a JLine terminal, which takes the handling of
 * Ctrl-C away from the JVM, and a submitter must cancel its job then.
 */
public final class JobBar implements ProgressView {
    private static final int REDRAW_MILLIS = 250;

    private final PrintWriter out;
    private final ProgressText text;
    private final int width;
    private @Nullable ProgressBar bar;

    /**
     * A bar that appears with the first progress.
     *
     * @param width the terminal's columns
     */
    public JobBar(PrintWriter out, Mode mode, int width) {
        this.out = out;
        this.width = width;
        text = new ProgressText(mode);
    }

    @Override
    public synchronized void show(Progress progress) {
        text.take(progress);
        ProgressBar current = bar;
        if (current == null) {
            current = new ProgressBarBuilder().setTaskName("")
                    .setInitialMax(progress.total())
                    .setUpdateIntervalMillis(REDRAW_MILLIS)
                    .continuousUpdate()
                    .setRenderer(new Renderer())
                    .setConsumer(new LastLine())
                    .build();
            bar = current;
        }
        current.setExtraMessage(text.details(progress));
        current.stepTo(progress.covered());
    }

    @Override
    public synchronized void connected(boolean connected) {
        text.connected(connected);
    }

    @Override
    public void say(String line) {
        // The bar draws itself again below the line.
        synchronized (out) {
            out.print(Printable.ERASE_LINE);
            out.println(line);
            out.flush();
        }
    }

    @Override
    public void close() {
        ProgressBar current;
        synchronized (this) {
            current = bar;
            bar = null;
        }
        // Not under the lock: closing waits for the last redraw.
        if (current != null) {
            current.close();
            synchronized (out) {
                out.println();
                out.flush();
            }
        }
    }

    /** Percentage, bar and our own words; the library's speed and remaining time would take the steps for continuous. */
    private static final class Renderer extends DefaultProgressBarRenderer {
        Renderer() {
            super(ProgressBarStyle.ASCII, "", 1, false,
                    new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)),
                    ChronoUnit.SECONDS, false, _ -> Optional.<Duration>empty());
        }

        @Override
        protected String percentage(ProgressState progress) {
            return Quantity.percentage(progress.getCurrent(), Math.max(1, progress.getMax()));
        }

        /** Ten digits say less than the percentage. */
        @Override
        protected String ratio(ProgressState progress) {
            return "";
        }
    }

    private final class LastLine implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return width - 1;
        }

        @Override
        public void accept(String line) {
            out.print(Printable.ERASE_LINE + line);
            out.flush();
        }

        @Override
        public void close() {
            // The bar calls this only if it was drawn before; the line is ended by whoever closes the bar.
        }
    }
}
