package org.sluice.deploy.output;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import org.sluice.schemas.codec.Printable;

import org.jspecify.annotations.Nullable;

/**
 * What people are told beside a command's result: lines, and a progress bar on the terminal's last line.
 *
 * <p>Whoever says something never waits: it is written by a thread of its own. While nobody reads, as behind Ctrl-S or a pipe that
 * is full, the oldest lines are left out, and the reader is told how many when there is one again. Of a bar only the newest state
 * is drawn, below all lines.
 */
final class Remarks {
    /** More characters than these do not wait, ends of lines counted. */
    static final int MOST_CHARACTERS = 1 << 18;
    private static final int BATCH_CHARACTERS = 1 << 13;

    private final OutputStream out;
    private final Encoding encoding;
    private final Thread thread = Thread.ofPlatform().name("output").daemon().unstarted(this::run);
    private final Deque<String> lines = new ArrayDeque<>();
    private int characters;
    private long leftOut;
    /** What was said since the last line's end. */
    private String begun = "";
    /** What the last line shall show; null if there is no bar. */
    private @Nullable String bar;
    /** What the last line shows; null if it is empty. */
    private @Nullable String drawn;
    private boolean writing;
    private long writingSince;
    private @Nullable IOException failure;

    /**
     * Nothing said yet.
     *
     * @param out written to by one thread, which it may keep waiting
     */
    Remarks(OutputStream out, Encoding encoding) {
        this.out = out;
        this.encoding = encoding;
        thread.start();
    }

    /** A writer to say something with; its {@code flush} does not wait. */
    PrintWriter writer() {
        return new LineWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                say(new String(text, from, length));
            }

            @Override
            public void flush() {
                // It is being written already.
            }

            @Override
            public void close() {
                // There is one standard error for all.
            }
        });
    }

    /** Says something printable: lines, the begin of one, or a bar's state behind {@link Printable#ERASE_LINE}. */
    synchronized void say(String text) {
        if (text.startsWith(Printable.ERASE_LINE)) {
            bar = text.substring(Printable.ERASE_LINE.length());
            notifyAll();
            return;
        }
        String said = begun + text;
        int from = 0;
        for (int end = said.indexOf('\n'); end >= 0; end = said.indexOf('\n', from)) {
            add(said.substring(from, end));
            from = end + 1;
        }
        begun = said.substring(from);
        if (begun.length() > MOST_CHARACTERS) {
            add(begun);
            begun = "";
        }
        notifyAll();
    }

    private void add(String line) {
        String added = line;
        if (bar != null && line.isBlank()) {
            // The line of the bar itself has ended.
            added = bar;
            bar = null;
        }
        lines.addLast(added);
        characters += added.length() + 1;
        while (characters > MOST_CHARACTERS && lines.size() > 1) {
            characters -= lines.removeFirst().length() + 1;
            leftOut++;
        }
    }

    /**
     * Waits until all is written, but not when the reader is known to read no more.
     *
     * @return whether it is
     */
    synchronized boolean await(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (hasMore() || writing) {
                long left = end - System.nanoTime();
                long stuck = writing ? System.nanoTime() - writingSince : 0;
                long wait = Math.min(left, patience.toNanos() - stuck);
                if (wait <= 0) {
                    return false;
                }
                wait(Math.max(1, Duration.ofNanos(wait).toMillis()));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What was wrong when something could not be written for the first time. */
    synchronized Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    private boolean hasMore() {
        return !lines.isEmpty() || (bar != null && !bar.equals(drawn));
    }

    private void run() {
        try {
            while (true) {
                write(next());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String next() throws InterruptedException {
        while (!hasMore()) {
            wait();
        }
        StringBuilder text = new StringBuilder();
        if (drawn != null) {
            text.append(Printable.ERASE_LINE);
            drawn = null;
        }
        if (leftOut > 0) {
            text.append(leftOut)
                    .append(leftOut == 1 ? " line" : " lines")
                    .append(" left out, for nobody read them")
                    .append(System.lineSeparator());
            leftOut = 0;
        }
        while (!lines.isEmpty() && text.length() < BATCH_CHARACTERS) {
            String line = lines.removeFirst();
            characters -= line.length() + 1;
            text.append(line).append(System.lineSeparator());
        }
        if (lines.isEmpty() && bar != null) {
            text.append(Printable.ERASE_LINE).append(bar);
            drawn = bar;
        }
        writing = true;
        writingSince = System.nanoTime();
        return text.toString();
    }

    private void write(String text) {
        IOException failed = null;
        try {
            out.write(encoding.encode(text));
            out.flush();
        } catch (IOException e) {
            // Who closed it does not want to know, and others need not care.
            failed = e;
        }
        synchronized (this) {
            failure = failure == null ? failed : failure;
            writing = false;
            notifyAll();
        }
    }
}
