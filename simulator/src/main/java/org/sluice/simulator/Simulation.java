package org.sluice.simulator;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.worker.Coordinator;
import org.sluice.simulator.check.Invariants;
import org.sluice.simulator.check.Lookout;
import org.sluice.simulator.check.Meter;
import org.sluice.simulator.check.Timeline;
import org.sluice.simulator.scenario.Digest;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.Clock;
import org.sluice.simulator.world.Directory;
import org.sluice.simulator.world.InvariantBroken;
import org.sluice.simulator.world.Ledger;
import org.sluice.simulator.world.Ledgers;
import org.sluice.simulator.world.Liar;
import org.sluice.simulator.world.Machine;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.Stranger;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Workforce;

/**
 * One run of one scenario: puts the world together, lets time pass from event to event, and carries out what the state machines
 * command.
 *
 * <p>What the {@link Weather} lets happen to a worker is done here too: it crashes, is restarted, stands still, is cut off.
 */
final class Simulation implements Participant.Carrier {
    static final String ALGORITHM = "SHA-256";
    private static final long SECOND = 1_000_000_000L;
    /** Who has not heard of a job's end asks for it, now and then: so long that may take. */
    private static final long REST = 150 * SECOND;
    private static final long INBOX_SWEPT = 120 * SECOND;

    private final Scenario scenario;
    private final Streams streams;
    private final Agenda agenda = new Agenda();
    private final Digest digest = new Digest();
    private final Broker broker;
    private final Directory directory;
    private final Workforce workforce;
    private final Invariants invariants;
    private final Lookout lookout;
    private final Meter meter;
    private final Submitters submitters;
    private final List<SubmittedJob> submissions;
    private final Liar liar;
    private final Stranger stranger;
    private final Ledgers ledgers = this::ledger;
    private final Timeline timeline;
    private int processes;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        this.streams = new Streams(scenario.seed());
        this.broker = new Broker(agenda, streams, scenario);
        this.directory = new Directory(agenda, streams, scenario);
        this.workforce = new Workforce(agenda);
        this.liar = new Liar(streams, scenario.faults());
        this.meter = new Meter(agenda, broker, workforce);
        this.submitters = new Submitters(agenda, streams, scenario, directory, broker, meter, this::play);
        this.submissions = submitters.submissions();
        this.timeline = new Timeline(agenda, workforce, submissions);
        this.lookout = new Lookout(agenda, scenario, broker, workforce, submissions);
        this.stranger = new Stranger(broker, workforce, submissions);
        this.invariants = new Invariants(agenda, scenario, broker, workforce, submissions, ledgers);
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
            workforce.expect(join("w" + i, 0));
        }
        if (scenario.giant() > 0) {
            join(Submitters.peer("giant", 0), scenario.giant(), streams.stream("giant"));
            workforce.expect(scenario.giant());
        }
        double rate = workforce.rate();
        scenario.jobs().forEach(job -> submitters.plan(job, rate));
        Weather weather = new Weather(agenda, streams, scenario, this);
        weather.begin();
        lookout.begin();
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
        return Report.of(scenario, submissions, meter, workforce, broker, digest, invariants, lookout, timeline);
    }

    private boolean isOver() {
        long ended = 0;
        for (SubmittedJob submission : submissions) {
            if (!submission.isOver()) {
                return false;
            }
            ended = Math.max(ended, submission.closed());
        }
        long rest = scenario.isToSettle() ? Math.max(ended, scenario.faultsEnd().toNanos()) + REST : ended;
        return agenda.now() >= rest;
    }

    /** A worker joins; its rate is drawn, and returned. */
    double join(String name, long incarnation) {
        SplittableRandom random = streams.stream("worker " + name);
        double rate = Streams.logUniform(random, scenario.slowest(), scenario.fastest());
        join(Submitters.peer(name, incarnation), rate, random);
        return rate;
    }

    private void join(PeerId peer, double rate, SplittableRandom random) {
        Coordinator coordinator = new Coordinator(peer, scenario.slots(), Set.of(ALGORITHM), this::isSolution,
                scenario.parameters(), random.split());
        Participant process = new Participant(processes++, peer, coordinator, clock(random), agenda, digest, this);
        Machine machine = new Machine(process, peer, agenda, scenario, rate);
        process.hardware = machine;
        // One is honest, so that every job can be done.
        process.isLiar = process.number > 0 && random.nextDouble() < scenario.faults().of(Fault.LIARS);
        if (process.isLiar) {
            invariants.disbelieve(peer);
        }
        broker.add(process);
        long delay = (long) (random.nextDouble() * SECOND);
        agenda.in(delay, () -> {
            workforce.add(process, machine);
            process.tell(new Input.RateMeasured(scenario.slots(), machine.alpha()));
            directory.register(info(machine));
            directory.subscribe(process);
        });
    }

    private PeerInfo info(Machine machine) {
        return new PeerInfo(machine.peer(), PeerInfo.Role.WORKER, machine.alpha() * scenario.slots(),
                Set.of(ALGORITHM));
    }

    private Participant play(JobId job, Root root, SplittableRandom random) {
        return new Participant(processes++, job, root, clock(random), agenda, digest, this);
    }

    private Clock clock(SplittableRandom random) {
        double drift = scenario.faults().of(Fault.DRIFT) * (2 * random.nextDouble() - 1);
        return new Clock((long) (random.nextDouble() * 1e15), drift);
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
                broker.send(process, send.to(), message);
            }
            case Effect.Journal journal -> {
                invariants.journaled(process, journal.event());
                submitters.journaled(process, journal.event());
            }
            case Effect.Tell tell -> invariants.noticed(process, tell.notice());
            case Effect.StartHashing start -> {
                Ledger ledger = ledgers.of(start.job());
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

    private Message twisted(Participant process, Message message) {
        return message instanceof Message.SubjobResult result && !workforce.alive().isEmpty()
                ? liar.twist(machine(process).peer(), result, ledgers.of(result), workforce.alive())
                : message;
    }

    private boolean isSolution(JobSpec job, Solution claimed) {
        return ledgers.of(job).solutions().contains(claimed.integer());
    }

    private Ledger ledger(JobId job, Optional<Fingerprint> meant) {
        for (SubmittedJob submission : submissions) {
            if (submission.isOf(job) && meant.map(submission.fingerprint()::equals).orElse(true)) {
                return submission.ledger();
            }
        }
        return stranger.ledger(job, meant)
                .orElseThrow(() -> new InvariantBroken("nobody has submitted " + job + " as " + meant));
    }

    private void left(Participant process) {
        process.alive = false;
        process.left = true;
        if (process.hardware != null) {
            workforce.remove(process, process.hardware);
            process.hardware.die();
            directory.unregister(process.hardware.peer());
            broker.deleteInbox(process);
        } else {
            submitters.left(process);
        }
    }

    /** A worker dies without a word. */
    void crash(Participant process) {
        Machine machine = machine(process);
        process.alive = false;
        workforce.remove(process, machine);
        invariants.crashed(machine, machine.die());
        directory.silent(machine.peer(), () -> true);
        agenda.in(INBOX_SWEPT, () -> broker.deleteInbox(process));
    }

    /** A worker dies, and is started again on the same machine, as another peer. */
    void restart(Participant process, long delay) {
        Machine machine = machine(process);
        PeerId next = Submitters.peer(machine.peer().name(), processes);
        double rate = machine.rate();
        crash(process);
        agenda.in(delay, () -> join(next, rate, streams.stream("worker " + next)));
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

    Broker broker() {
        return broker;
    }

    Directory directory() {
        return directory;
    }

    Stranger stranger() {
        return stranger;
    }

    Submitters submitters() {
        return submitters;
    }

    Workforce workforce() {
        return workforce;
    }
}
