package org.sluice.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.RootEvent;

import org.jspecify.annotations.Nullable;

/**
 * One of a job's two topics, its journal or its root's inbox, kept for those who come later.
 *
 * <p>What is stored in the journal reaches those who read in order, but after a while of its own: so of what is stored in the
 * two nobody knows which comes first.
 */
public final class Topic {
    private static final double SLOW = 0.05;
    private static final double LONGEST = 3e9;

    private record Entry(Input input, long storedAt) {}

    private static final class Reader {
        private final Participant process;
        private long lastTold;

        private Reader(Participant process) {
            this.process = process;
        }
    }

    private final Agenda agenda;
    private final @Nullable SplittableRandom random;
    private final boolean isKept;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    /** Those who had something to write while it was lost. */
    private final Set<Participant> failed = new HashSet<>();
    private boolean hasBeginning;
    private boolean isLost;

    /**
     * A topic in which nothing is stored yet.
     *
     * @param random draws how long readers wait; null if they never do
     * @param isKept whether anybody will read it from its beginning
     */
    public Topic(Agenda agenda, @Nullable SplittableRandom random, boolean isKept) {
        this.agenda = agenda;
        this.random = random;
        this.isKept = isKept;
    }

    /**
     * The process is told what is stored from now on.
     *
     * @param from the number of the first entry that it is told of those that are there already
     */
    public void read(Participant process, int from) {
        Reader reader = new Reader(process);
        readers.add(reader);
        List.copyOf(entries.subList(Math.min(from, entries.size()), entries.size()))
                .forEach(entry -> tell(reader, entry.input));
    }

    /** How much is stored. */
    public int size() {
        return entries.size();
    }

    /** It vanishes with all that is in it. */
    public void lose() {
        entries.clear();
        hasBeginning = false;
        isLost = true;
    }

    public boolean isLost() {
        return isLost;
    }

    /** There is a new and empty one, if it was lost. */
    public void replace() {
        isLost = false;
        failed.clear();
    }

    /** Whether the beginning of the job's journal is in it, so that the job could be resumed. */
    public boolean hasBeginning() {
        return hasBeginning;
    }

    /** Whether an entry of that root was not taken: nothing about the job is sent until there is a new topic. */
    boolean hasFailed(Participant root) {
        return failed.contains(root);
    }

    /** A root writes into its journal; it reads that itself later. */
    void write(Participant root, RootEvent event) {
        if (isLost) {
            failed.add(root);
        } else {
            write(event);
        }
    }

    /** Somebody writes an entry of the journal; those who read are told of it. */
    public void write(RootEvent event) {
        hasBeginning |= event instanceof RootEvent.Started && !isLost;
        if (isKept) {
            store(new Input.Journaled(event));
        }
    }

    /** Something is stored, and those who read are told, now or later. */
    void store(Input input) {
        if (isLost) {
            return;
        }
        if (isKept) {
            entries.add(new Entry(input, agenda.now()));
        }
        readers.removeIf(reader -> !reader.process.alive);
        List.copyOf(readers).forEach(reader -> tell(reader, input));
    }

    private void tell(Reader reader, Input input) {
        if (random == null) {
            reader.process.tell(input);
            return;
        }
        long delay = random.nextDouble() < SLOW ? (long) (random.nextDouble() * LONGEST) : 0;
        reader.lastTold = Math.max(reader.lastTold, agenda.now() + delay);
        agenda.at(reader.lastTold, () -> reader.process.tell(input));
    }

    /** Tells somebody all that is stored by now in its order, and when it was stored. */
    public void replay(BiConsumer<Input, Instant> reader) {
        entries.forEach(
                entry -> reader.accept(entry.input, Instant.EPOCH.plus(Duration.ofNanos(entry.storedAt))));
    }
}
