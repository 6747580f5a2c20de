package org.sluice.simulator.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workers that are alive, and how much they could have hashed by now. */
public final class Workforce {
    private final Agenda agenda;
    private final List<Participant> workers = new ArrayList<>();
    private final Map<Participant, Integer> places = new HashMap<>();
    private double expected;
    private double rate;
    private double work;
    private double peerSeconds;
    private long lastChange;
    private int crashes;

    public Workforce(Agenda agenda) {
        this.agenda = agenda;
    }

    public void expect(double workerRate) {
        expected += workerRate;
    }

    public void add(Participant process, Machine machine) {
        advance();
        places.put(process, workers.size());
        workers.add(process);
        rate += rateOf(process, machine);
    }

    public void remove(Participant process, Machine machine) {
        Integer place = places.remove(process);
        if (place == null) {
            return;
        }
        advance();
        Participant last = workers.removeLast();
        if (last != process) {
            workers.set(place, last);
            places.put(last, place);
        }
        rate -= rateOf(process, machine);
    }

    /** What a liar hashes does not count. */
    private static double rateOf(Participant process, Machine machine) {
        return process.isLiar ? 0 : machine.rate();
    }

    /** Those alive together hash so much faster from now on. */
    public void change(double difference) {
        advance();
        rate += difference;
    }

    private void advance() {
        double seconds = (agenda.now() - lastChange) / 1e9;
        work += rate * seconds;
        peerSeconds += workers.size() * seconds;
        lastChange = agenda.now();
    }

    public List<Participant> alive() {
        return workers;
    }

    /** The rates of all of the beginning together, in hashes/s. */
    public double rate() {
        return expected;
    }

    /** The rates of all that are alive together, in hashes/s. */
    public double currentRate() {
        return Math.max(1, rate);
    }

    /** The integral over time of the rates of those alive. */
    public double work() {
        advance();
        return work;
    }

    /** The integral over time of the number of those alive. */
    public double peerSeconds() {
        advance();
        return peerSeconds;
    }

    public void crashed() {
        crashes++;
    }

    public int crashes() {
        return crashes;
    }
}
