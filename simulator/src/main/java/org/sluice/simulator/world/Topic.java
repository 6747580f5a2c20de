package org.sluice.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import org.sluice.protocol.Input;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.History;
import org.sluice.protocol.value.JobId;

/** A job's topic: the inbox and the journal of whoever plays its root, kept for those who come later. */
public final class Topic {
    private record Entry(Input input, long storedAt) {}

    private final JobId job;
    private final Agenda agenda;
    private final Verifier verifier;
    private final boolean isKept;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Participant> readers = new ArrayList<>();
    /** Those who had something to write while it was lost. */
    private final Set<Participant> failed = new HashSet<>();
    private boolean hasBeginning;
    private boolean isLost;

    /**
     * A topic in which nothing is stored yet.
     *
     * @param verifier checks the solutions of the job
     * @param isKept whether anybody will read it from its beginning
     */
    public Topic(JobId job, Agenda agenda, Verifier verifier, boolean isKept) {
        this.job = job;
        this.verifier = verifier;
        this.agenda = agenda;
        this.isKept = isKept;
    }

    /** The process is told what is stored from now on. */
    public void read(Participant process) {
        readers.add(process);
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

    /** There is a new and empty one. */
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

    /** Something is stored, and told to those who read. */
    void store(Input input) {
        if (isLost) {
            return;
        }
        if (isKept) {
            entries.add(new Entry(input, agenda.now()));
        }
        readers.removeIf(process -> !process.alive);
        for (Participant reader : List.copyOf(readers)) {
            reader.tell(input);
        }
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
        if (isKept && !isLost) {
            Input input = new Input.Journaled(event);
            entries.add(new Entry(input, agenda.now()));
            List<Participant> now = List.copyOf(readers);
            agenda.in(0, () -> now.forEach(reader -> reader.tell(input)));
        }
    }

    /** All that is stored by now, as who resumes the job reads it. */
    public History history() {
        History history = new History(job, verifier);
        replay((input, storedAt) -> {
            if (input instanceof Input.Journaled journaled) {
                history.journaled(journaled.event(), storedAt);
            } else if (input instanceof Input.MessageReceived received) {
                history.received(received.message());
            }
        });
        return history;
    }

    /** Tells somebody all that is stored by now in its order, and when it was stored. */
    public void replay(BiConsumer<Input, Instant> reader) {
        entries.forEach(
                entry -> reader.accept(entry.input, Instant.EPOCH.plus(Duration.ofNanos(entry.storedAt))));
    }
}
