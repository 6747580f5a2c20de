package org.sluice.deploy.output;

import java.io.PrintWriter;
import java.io.Writer;

import org.sluice.schemas.codec.Printable;

/**
 * A writer whose text is {@link Printable}. What is given to {@code println} becomes one line, whatever it holds; only text that
 * is printed without it may have line ends and colours, and must be the program's own.
 */
class LineWriter extends PrintWriter {
    /** The first half of a character whose second half comes with the next call, or nothing. */
    private String half = "";

    LineWriter(Writer target) {
        super(target);
    }

    @Override
    public void println(String line) {
        synchronized (lock) {
            pass(Printable.line(half + line) + System.lineSeparator());
            half = "";
        }
    }

    @Override
    public void println(Object line) {
        println(String.valueOf(line));
    }

    @Override
    public void write(String text, int from, int length) {
        synchronized (lock) {
            String whole = half + text.substring(from, from + length);
            int end = whole.length();
            if (end > 0 && Character.isHighSurrogate(whole.charAt(end - 1))) {
                end--;
            }
            half = whole.substring(end);
            pass(Printable.text(whole.substring(0, end)));
        }
    }

    @Override
    public void write(char[] text, int from, int length) {
        write(new String(text, from, length), 0, length);
    }

    @Override
    public void write(int character) {
        write(String.valueOf((char) character), 0, 1);
    }

    private void pass(String text) {
        super.write(text, 0, text.length());
    }
}
