package org.sluice.worker.runtime;

import java.util.function.Consumer;

/** Tells people of a trouble that lasts once, and again when it is another one, or has been over meanwhile. One thread uses it. */
public final class Trouble {
    private final Consumer<String> lines;
    private String told = "";

    /** @param lines takes a line whenever there is something new to tell */
    public Trouble(Consumer<String> lines) {
        this.lines = lines;
    }

    /** There is trouble, described in a line. */
    public void tell(String trouble) {
        if (!told.equals(trouble)) {
            told = trouble;
            lines.accept(trouble);
        }
    }

    /**
     * There is none any more.
     *
     * @return whether there was, and people were told
     */
    public boolean over() {
        boolean wasTold = !told.isEmpty();
        told = "";
        return wasTold;
    }
}
