package org.sluice.simulator;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

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
        Faults faults = scenario.faults();
        often("crash", () -> faults.crash() * alive(), random -> someone(random, 2, simulation::crash));
        often("leave", () -> faults.leave() * alive(), random -> someone(random, 2, simulation::stop));
        often("join", () -> faults.join() * scenario.peers(), _ -> simulation.join("j" + joined++, -1));
        often("stall", () -> faults.stall() * alive(), random -> {
            long until = until(random, 1, 40);
            someone(random, 1, worker -> simulation.stall(worker, until));
        });
        often("cut", () -> faults.cut() * alive(), random -> {
            long until = until(random, 2, 60);
            boolean sends = random.nextBoolean();
            someone(random, 1, worker -> simulation.cut(worker, until, sends));
        });
        often("broker", faults::brokerOutages, random -> simulation.network().breakDown(until(random, 2, 180)));
        often("tracker", faults::trackerOutages, random -> simulation.directory().breakDown(until(random, 5, 180)));
    }

    /** When something is over that lasts so many seconds at least and at most; with all faults at the latest. */
    private long until(SplittableRandom random, double least, double most) {
        return Math.min(end, agenda.now() + (long) (Streams.logUniform(random, least, most) * SECOND));
    }

    private int alive() {
        // At the very beginning nobody has joined yet.
        return agenda.now() == 0 ? scenario.peers() : Math.max(1, simulation.workforce().alive().size());
    }

    private void often(String name, DoubleSupplier perHour, Consumer<SplittableRandom> event) {
        if (perHour.getAsDouble() > 0) {
            next(streams.stream("fault " + name), perHour, event);
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

    /** It happens to a worker, if so many are alive. */
    private void someone(SplittableRandom random, int least, Consumer<Participant> event) {
        var alive = simulation.workforce().alive();
        if (alive.size() >= least) {
            event.accept(alive.get(random.nextInt(alive.size())));
        }
    }
}
