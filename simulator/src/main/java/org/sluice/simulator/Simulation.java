package org.sluice.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.sluice.protocol.Coordinator;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Root;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;

/** One run of one scenario. */
final class Simulation implements Participant.Carrier {
    static final String ALGORITHM = "SHA-256";
    private static final long SECOND = 1_000_000_000L;
    private static final long INBOX_SWEPT = 120 * SECOND;

    private final Scenario scenario;
    private final Streams streams;
    private final Agenda agenda = new Agenda();
    private final Digest digest = new Digest();
    private final Network network;
    private final Directory directory;
    private final Workforce workforce;
    private final Invariants invariants;
    private final Meter meter;
    private final List<Submission> submissions = new ArrayList<>();
    private final Timeline timeline;
    private int processes;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        this.streams = new Streams(scenario.seed());
        this.network = new Network(agenda, streams, scenario);
        this.directory = new Directory(agenda, streams, scenario);
        this.workforce = new Workforce(agenda);
        this.meter = new Meter(agenda, network, workforce);
        this.timeline = new Timeline(agenda, workforce, submissions);
        this.invariants = new Invariants(agenda, scenario, network, workforce, submissions);
    }

    /**
     * Runs the scenario to its end.
     *
     * @throws InvariantBroken if something happens that must not
     */
    static Report run(Scenario scenario) {
        return new Simulation(scenario).run();
    }

    private Report run() {
        for (int i = 0; i < scenario.peers(); i++) {
            workforce.expect(join("w" + i));
        }
        double rate = workforce.rate();
        for (int i = 0; i < scenario.jobs().size(); i++) {
            plan(i, scenario.jobs().get(i), rate);
        }
        Weather weather = new Weather(agenda, streams, scenario, this);
        weather.begin();
        invariants.begin();
        timeline.begin(scenario);
        try {
            while (!isOver()) {
                agenda.next();
            }
            if (scenario.isToSettle()) {
                invariants.settled(scenario);
            }
        } catch (InvariantBroken broken) {
            throw broken;
        } catch (RuntimeException broken) {
            throw new IllegalStateException("at " + agenda.now() / 1e9 + " s: " + broken, broken);
        }
        submissions.forEach(invariants::ended);
        return Report.of(scenario, submissions, meter, workforce, network, digest, invariants, timeline);
    }

    private boolean isOver() {
        long ended = 0;
        for (Submission submission : submissions) {
            if (!submission.isOver()) {
                return false;
            }
            ended = Math.max(ended, submission.closed());
        }
        long rest = scenario.isToSettle() ? Math.max(ended, scenario.faultsEnd().toNanos()) + 60 * SECOND : ended;
        return agenda.now() >= rest;
    }

    /** A worker joins; its rate is drawn, and returned. */
    double join(String name) {
        SplittableRandom random = streams.stream("worker " + name);
        double rate = Streams.logUniform(random, scenario.slowest(), scenario.fastest());
        join(name, rate, random);
        return rate;
    }

    private void join(String name, double rate, SplittableRandom random) {
        PeerId peer = new PeerId(name);
        Coordinator coordinator = new Coordinator(peer, scenario.slots(), java.util.Set.of(ALGORITHM),
                scenario.parameters(), random.split());
        Participant process = new Participant(processes++, peer, coordinator, clock(random), agenda, digest, this);
        Machine machine = new Machine(process, peer, agenda, scenario, rate);
        process.hardware = machine;
        // One is honest, so that every job can be done.
        process.isLiar = process.number > 0 && random.nextDouble() < scenario.faults().of(Fault.LIARS);
        if (process.isLiar) {
            invariants.disbelieve(peer);
        }
        network.add(process);
        long delay = (long) (random.nextDouble() * SECOND);
        agenda.in(delay, () -> {
            workforce.add(process, machine);
            process.tell(new Input.RateMeasured(machine.alpha()));
            directory.register(info(machine));
            directory.subscribe(process);
        });
    }

    private PeerInfo info(Machine machine) {
        return new PeerInfo(machine.peer(), PeerInfo.Role.WORKER, machine.alpha() * scenario.slots(),
                java.util.Set.of(ALGORITHM));
    }

    private Clock clock(SplittableRandom random) {
        double drift = scenario.faults().of(Fault.DRIFT) * (2 * random.nextDouble() - 1);
        return new Clock((long) (random.nextDouble() * 1e15), drift);
    }

    private void plan(int number, Scenario.Job job, double rate) {
        SplittableRandom random = streams.stream("job " + number);
        JobId id = new JobId("job" + number);
        long start = random.nextLong(1L << 20);
        long size = Math.max(1, (long) (rate * (job.ideal().toNanos() / 1e9)));
        Range range = new Range(start, start + size);
        JobSpec spec = new JobSpec(id, range, new Work.Integers(ALGORITHM, Bytes.EMPTY),
                new Goal.TrailingZeroBits(20), job.mode(), job.fanOut());
        TreeSet<Long> solutions = new TreeSet<>();
        for (int i = 0; i < job.solutions(); i++) {
            solutions.add(random.nextLong(range.start(), range.end()));
        }
        Ledger ledger = new Ledger(spec, solutions);
        PeerId submitter = new PeerId("s" + number);
        Root root = new Root(submitter, spec, job.timeout(),
                solution -> solutions.contains(solution.integer()), scenario.parameters(), random.split());
        Participant process = new Participant(processes++, id, root, clock(random), agenda, digest, this);
        Submission submission = new Submission(job, ledger, root, process);
        submissions.add(submission);
        network.add(process);
        agenda.at(job.start().toNanos(), () -> {
            directory.register(new PeerInfo(submitter, PeerInfo.Role.SUBMITTER, 0, java.util.Set.of()));
            directory.subscribe(process);
            submission.begin(agenda.now());
            meter.begin(submission, rate);
            process.tell(new Input.TimePassed());
        });
    }

    @Override
    public void before(Participant process, Input input) {
        invariants.told(process, input);
    }

    @Override
    public void after(Participant process) {
        invariants.stepped(process);
    }

    @Override
    public void carryOut(Participant process, Effect effect) {
        switch (effect) {
            case Effect.Send send -> {
                Message message = process.isLiar ? twisted(process, send.message()) : send.message();
                invariants.sent(process, send.to(), message);
                network.send(process, send.to(), message);
            }
            case Effect.Journal journal -> journaled(process, journal.event());
            case Effect.Tell tell -> invariants.noticed(process, tell.notice());
            case Effect.StartHashing start -> {
                Ledger ledger = ledger(start.job().id());
                machine(process).start(start.slot(), ledger, start.range());
                invariants.startsHashing(process, ledger, start.range());
            }
            case Effect.StopHashing stop -> machine(process).stop(stop.slot());
            case Effect.WakeAt wake -> process.wakeAt(wake.time());
            case Effect.Leave _ -> left(process);
        }
    }

    private static Machine machine(Participant process) {
        Machine machine = process.hardware;
        if (machine == null) {
            throw new InvariantBroken(process + " is no worker and wants to hash");
        }
        return machine;
    }

    private Message twisted(Participant liar, Message message) {
        return message instanceof Message.OfJob of
                ? Liar.twist(machine(liar).peer(), message, ledger(of.job()))
                : message;
    }

    private Ledger ledger(JobId job) {
        for (Submission submission : submissions) {
            if (submission.ledger().spec().id().equals(job)) {
                return submission.ledger();
            }
        }
        throw new InvariantBroken("nobody has submitted " + job);
    }

    private void left(Participant process) {
        process.alive = false;
        process.left = true;
        if (process.hardware != null) {
            workforce.remove(process, process.hardware);
            process.hardware.die();
            directory.unregister(process.hardware.peer());
            network.deleteInbox(process);
        } else {
            for (Submission submission : submissions) {
                if (submission.process() == process) {
                    submission.close(agenda.now());
                }
            }
        }
    }

    private void journaled(Participant process, RootEvent event) {
        if (event instanceof RootEvent.Ended) {
            for (Submission submission : submissions) {
                if (submission.process() == process) {
                    submission.end(agenda.now());
                    meter.end();
                }
            }
        }
    }

    /** A worker dies without a word. */
    void crash(Participant process) {
        Machine machine = machine(process);
        process.alive = false;
        workforce.remove(process, machine);
        invariants.crashed(machine, machine.die());
        directory.silent(machine.peer(), () -> true);
        agenda.in(INBOX_SWEPT, () -> network.deleteInbox(process));
    }

    /** A worker dies, and is started again on the same machine, as another peer. */
    void restart(Participant process, long delay) {
        Machine machine = machine(process);
        String name = machine.peer().value().replaceAll("\\..*", "") + "." + processes;
        double rate = machine.rate();
        crash(process);
        agenda.in(delay, () -> join(name, rate, streams.stream("worker " + name)));
    }

    /** From now on a worker hashes at so much of the rate that was measured. */
    void changeTempo(Participant process, double factor) {
        Machine machine = machine(process);
        double before = machine.rate();
        machine.changeTempo(factor);
        if (!process.isLiar) {
            workforce.change(machine.rate() - before);
        }
    }

    /** A worker is told to stop. */
    void stop(Participant process) {
        process.tell(new Input.StopRequested());
    }

    /** A worker stands still. */
    void stall(Participant process, long until) {
        process.stalledUntil = Math.max(process.stalledUntil, until);
        disappear(process, () -> agenda.now() < process.stalledUntil, until);
    }

    /** A worker's messages get through in one direction only. */
    void cut(Participant process, long until, boolean sends) {
        if (sends) {
            process.deafUntil = Math.max(process.deafUntil, until);
        } else {
            process.muteUntil = Math.max(process.muteUntil, until);
        }
        disappear(process, () -> agenda.now() < Math.max(process.deafUntil, process.muteUntil), until);
    }

    /** The tracker loses sight of a worker, and sees it again later. */
    private void disappear(Participant process, java.util.function.BooleanSupplier isGone, long until) {
        Machine machine = machine(process);
        directory.silent(machine.peer(), () -> !process.alive || isGone.getAsBoolean());
        agenda.at(until + SECOND, () -> {
            if (process.alive && !isGone.getAsBoolean() && !directory.lists(machine.peer())) {
                directory.register(info(machine));
            }
        });
    }

    Network network() {
        return network;
    }

    Directory directory() {
        return directory;
    }

    Workforce workforce() {
        return workforce;
    }
}
