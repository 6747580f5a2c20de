package org.sluice.simulator;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Participant;

/** Lets things go wrong, as often as the scenario says. */
final class Weather {
    private static final double SECOND = 1e9;

    private final Agenda agenda;
    private final Streams streams;
    private final Scenario scenario;
    private final Simulation simulation;
    private final long end;
    private int joined;

    Weather(Agenda agenda, Streams streams, Scenario scenario, Simulation simulation) {
        this.agenda = agenda;
        this.streams = streams;
        this.scenario = scenario;
        this.simulation = simulation;
        this.end = scenario.faultsEnd().toNanos();
    }

    void begin() {
        perWorker(Fault.CRASH, random -> leaver(random, simulation::crash));
        perWorker(Fault.RESTART, random -> {
            long delay = (long) (Streams.logUniform(random, 1, 30) * SECOND);
            leaver(random, worker -> simulation.restart(worker, delay));
        });
        perWorker(Fault.LEAVE, random -> leaver(random, simulation::stop));
        often(Fault.JOIN, () -> rate(Fault.JOIN) * scenario.peers(), _ -> simulation.join("j" + joined++, 0));
        perWorker(Fault.STALL, random -> {
            long until = until(random, 1, 40);
            someone(random, worker -> simulation.stall(worker, until));
        });
        perWorker(Fault.CUT, this::cut);
        perWorker(Fault.TEMPO, random -> {
            double factor = Streams.logUniform(random, 0.2, 2);
            someone(random, worker -> simulation.changeTempo(worker, factor));
        });
        often(Fault.BROKER, () -> rate(Fault.BROKER), random -> simulation.broker().breakDown(until(random, 2, 180)));
        often(Fault.TRACKER, () -> rate(Fault.TRACKER),
                random -> simulation.directory().breakDown(until(random, 5, 180)));
        often(Fault.SUBMITTER, () -> rate(Fault.SUBMITTER) * scenario.jobs().size(),
                random -> simulation.submitters().lose(random));
        often(Fault.JOURNAL, () -> rate(Fault.JOURNAL) * scenario.jobs().size(),
                random -> simulation.submitters().loseTopics(random));
        often(Fault.STRANGER, () -> rate(Fault.STRANGER) * scenario.jobs().size(), simulation.stranger()::appear);
        if (rate(Fault.OUTAGE) > 0) {
            Scenario.Job first = scenario.jobs().getFirst();
            long from = first.start().plus(first.ideal().dividedBy(3)).toNanos();
            agenda.at(from, () -> simulation.broker().breakDown(from + (long) (rate(Fault.OUTAGE) * SECOND)));
        }
    }

    private double rate(Fault fault) {
        return scenario.faults().of(fault);
    }

    /** When something is over that lasts so many seconds at least and at most; with all faults at the latest. */
    private long until(SplittableRandom random, double least, double most) {
        return Math.min(end, agenda.now() + (long) (Streams.logUniform(random, least, most) * SECOND));
    }

    private int alive() {
        // At the very beginning nobody has joined yet.
        return agenda.now() == 0 ? scenario.peers() : Math.max(1, simulation.workforce().alive().size());
    }

    private void perWorker(Fault fault, Consumer<SplittableRandom> event) {
        often(fault, () -> rate(fault) * alive(), event);
    }

    private void often(Fault fault, DoubleSupplier perHour, Consumer<SplittableRandom> event) {
        if (rate(fault) > 0) {
            next(streams.stream("fault " + fault.text()), perHour, event);
        }
    }

    private void next(SplittableRandom random, DoubleSupplier perHour, Consumer<SplittableRandom> event) {
        long delay = Streams.untilNext(random, perHour.getAsDouble());
        if (agenda.now() + delay < end) {
            agenda.in(delay, () -> {
                event.accept(random);
                next(random, perHour, event);
            });
        }
    }

    /** Messages get through in one direction only: those of one worker, or of a whole site. */
    private void cut(SplittableRandom random) {
        long until = until(random, 2, 60);
        boolean sends = random.nextBoolean();
        boolean isSite = random.nextInt(8) == 0;
        int count = isSite ? Math.max(1, alive() / 4) : 1;
        for (int i = 0; i < count; i++) {
            someone(random, worker -> simulation.cut(worker, until, sends));
        }
    }

    /** It happens to a worker, if any is alive. */
    private void someone(SplittableRandom random, Consumer<Participant> event) {
        var alive = simulation.workforce().alive();
        if (!alive.isEmpty()) {
            event.accept(alive.get(random.nextInt(alive.size())));
        }
    }

    /** It happens to a worker that goes by it, unless nobody honest would be left. */
    private void leaver(SplittableRandom random, Consumer<Participant> event) {
        someone(random, worker -> {
            if (simulation.workforce().alive().stream().anyMatch(other -> other != worker && !other.isLiar)) {
                event.accept(worker);
            }
        });
    }
}
