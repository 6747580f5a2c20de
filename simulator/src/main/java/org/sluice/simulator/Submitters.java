package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.History;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.simulator.check.Meter;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;
import org.sluice.simulator.world.Agenda;
import org.sluice.simulator.world.Broker;
import org.sluice.simulator.world.Directory;
import org.sluice.simulator.world.Ledger;
import org.sluice.simulator.world.Participant;
import org.sluice.simulator.world.SubmittedJob;
import org.sluice.simulator.world.Topic;

/** Who submits the jobs, and who goes on with a job when its submitter is gone. */
final class Submitters {
    private final Agenda agenda;
    private final Streams streams;
    private final Scenario scenario;
    private final Directory directory;
    private final Broker broker;
    private final Meter meter;
    private final Processes processes;
    private final List<SubmittedJob> submissions = new ArrayList<>();

    Submitters(Agenda agenda, Streams streams, Scenario scenario, Directory directory, Broker broker, Meter meter,
            Processes processes) {
        this.agenda = agenda;
        this.streams = streams;
        this.scenario = scenario;
        this.directory = directory;
        this.broker = broker;
        this.meter = meter;
        this.processes = processes;
    }

    /** Makes a process of a root. */
    interface Processes {
        Participant play(JobId job, Root root, SplittableRandom random);
    }

    List<SubmittedJob> submissions() {
        return submissions;
    }

    /** A job will be submitted. */
    void plan(Scenario.Job job, double rate) {
        int number = submissions.size();
        SplittableRandom random = streams.stream("job " + number);
        JobId id = new JobId("job" + number);
        long start = random.nextLong(1L << 20);
        long size = Math.max(1, (long) (rate * (job.ideal().toNanos() / 1e9)));
        Range range = new Range(start, start + size);
        JobSpec spec = new JobSpec(id, range, new Work.Integers(Simulation.ALGORITHM, Bytes.EMPTY),
                new Goal.TrailingZeroBits(20), job.mode(), job.fanOut());
        TreeSet<Long> solutions = new TreeSet<>();
        for (int i = 0; i < job.solutions(); i++) {
            solutions.add(random.nextLong(range.start(), range.end()));
        }
        PeerId submitter = new PeerId("s" + number);
        Verifier verifier = (_, claimed) -> solutions.contains(claimed.integer());
        Root root = new Root(submitter, spec, job.timeout(), verifier, scenario.parameters(), random.split());
        Topic topic = new Topic(id, agenda, verifier,
                scenario.faults().of(Fault.SUBMITTER) + scenario.faults().of(Fault.STRANGER) > 0);
        SubmittedJob submission = new SubmittedJob(job, new Ledger(spec, solutions), topic);
        submissions.add(submission);
        play(submission, submitter, root, random);
        agenda.at(job.start().toNanos(), () -> {
            submission.begin(agenda.now());
            meter.begin(submission, rate);
            begin(submission);
        });
    }

    private void play(SubmittedJob submission, PeerId submitter, Root root, SplittableRandom random) {
        Participant process = processes.play(submission.ledger().spec().id(), root, random);
        process.serves(submission.ledger().spec());
        process.topic = submission.topic();
        submission.topic().read(process);
        submission.play(submitter, root, process);
        broker.add(process);
    }

    private void begin(SubmittedJob submission) {
        directory.register(new PeerInfo(submission.submitter(), PeerInfo.Role.SUBMITTER, 0, Set.of()));
        directory.subscribe(submission.process());
        submission.process().tell(new Input.TimePassed());
    }

    /** The root of a running job dies, or stands still and is taken for dead; later another submitter resumes its job. */
    void lose(SplittableRandom random) {
        SubmittedJob submission = submissions.get(random.nextInt(submissions.size()));
        boolean isOnlyPaused = random.nextInt(3) == 0;
        // The tracker gives the job to another when the session of the first is over.
        long delay = (long) (Streams.logUniform(random, 10, 60) * 1e9);
        long pause = agenda.now() + delay + (long) (random.nextDouble() * 30e9);
        // Who dies while the topic is away, or its beginning not stored, leaves nothing from which the job could be resumed.
        boolean isStored = !submission.topic().isLost()
                && (submission.topic().hasBeginning() || !submission.process().hasUnsent());
        if (!submission.isRunning() || submission.isAbandoned() || !isStored) {
            return;
        }
        submission.abandon();
        Participant former = submission.process();
        if (isOnlyPaused) {
            former.stalledUntil = Math.max(former.stalledUntil, pause);
        } else {
            former.alive = false;
        }
        PeerId submitter = submission.submitter();
        directory.silent(submitter, () -> true);
        agenda.in(delay, () -> resume(submission));
    }

    /** A running job's topic vanishes; its root notices, makes a new one, and writes into it what it knows. */
    void loseJournal(SplittableRandom random) {
        SubmittedJob submission = submissions.get(random.nextInt(submissions.size()));
        long delay = (long) (Streams.logUniform(random, 0.5, 5) * 1e9);
        if (!submission.isRunning() || submission.isAbandoned() || submission.topic().isLost()) {
            return;
        }
        submission.topic().lose();
        agenda.in(delay, () -> replaceJournal(submission));
    }

    private void replaceJournal(SubmittedJob submission) {
        if (broker.upAt() > agenda.now()) {
            agenda.at(broker.upAt(), () -> replaceJournal(submission));
            return;
        }
        submission.topic().replace();
        submission.process().tell(new Input.JournalReplaced());
    }

    private void resume(SubmittedJob submission) {
        if (broker.upAt() > agenda.now()) {
            agenda.at(broker.upAt(), () -> resume(submission));
            return;
        }
        long epoch = submission.resume();
        JobId job = submission.ledger().spec().id();
        SplittableRandom random = streams.stream(job + " resumed " + epoch);
        PeerId submitter = new PeerId(job.value().replace("job", "s") + "." + epoch);
        submission.topic().write(new RootEvent.Resumed(job, epoch, submitter));
        History history = submission.topic().history();
        Root root = Root.resume(history, epoch, history.remaining(), scenario.parameters(), random.split());
        play(submission, submitter, root, random);
        begin(submission);
    }

    /** A root writes into its journal. */
    void journaled(Participant process, RootEvent event) {
        for (SubmittedJob submission : submissions) {
            if (process.topic == submission.topic()) {
                broker.journal(process, event);
                if (event instanceof RootEvent.Ended && submission.process() == process && submission.isRunning()) {
                    submission.end(agenda.now());
                    meter.end();
                }
            }
        }
    }

    /** A root has nothing more to do. */
    void left(Participant process) {
        for (SubmittedJob submission : submissions) {
            if (submission.process() == process) {
                directory.unregister(submission.submitter());
                submission.close(agenda.now());
            }
        }
    }
}
