package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /** A peer of this name, in its given life. */
    static PeerId peer(String name, long incarnation) {
        return new PeerId(name + String.format(Locale.ROOT, ".%08d", incarnation));
    }

    List<SubmittedJob> submissions() {
        return submissions;
    }

    /** A job will be submitted. */
    void plan(Scenario.Job job, double rate) {
        int number = submissions.size();
        SplittableRandom random = streams.stream("job " + number);
        JobId id = new JobId("sim.job" + number);
        long start = random.nextLong(1L << 20);
        long size = Math.max(1, (long) (rate * (job.ideal().toNanos() / 1e9)));
        Range range = new Range(start, start + size);
        JobSpec spec = new JobSpec(id, range, new Work.Integers(Simulation.ALGORITHM, Bytes.EMPTY),
                new Goal.TrailingZeroBits(20), job.mode(), job.fanOut());
        TreeSet<Long> solutions = new TreeSet<>();
        for (int i = 0; i < job.solutions(); i++) {
            solutions.add(random.nextLong(range.start(), range.end()));
        }
        PeerId submitter = peer("s" + number, 0);
        Verifier verifier = (_, claimed) -> solutions.contains(claimed.integer());
        Root root = new Root(submitter, spec, job.timeout(), verifier, scenario.parameters(), random.split());
        boolean isKept = scenario.faults().of(Fault.SUBMITTER) + scenario.faults().of(Fault.STRANGER) > 0;
        SubmittedJob submission = new SubmittedJob(job, new Ledger(spec, solutions),
                new Topic(agenda, streams.stream("journal " + number), isKept), new Topic(agenda, null, isKept));
        submissions.add(submission);
        play(submission, submitter, root, random);
        submission.journal().read(submission.process(), 0);
        submission.inbox().read(submission.process(), 0);
        agenda.at(job.start().toNanos(), () -> {
            submission.begin(agenda.now());
            meter.begin(submission, rate);
            begin(submission);
        });
    }

    private void play(SubmittedJob submission, PeerId submitter, Root root, SplittableRandom random) {
        Participant process = processes.play(submission.ledger().spec().id(), root, random);
        process.serves(submission.ledger().spec());
        process.journal = submission.journal();
        process.inbox = submission.inbox();
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
        // Who dies while the journal is away, or its beginning not stored, leaves nothing from which the job could be resumed.
        boolean isStored = !submission.journal().isLost()
                && (submission.journal().hasBeginning() || !submission.process().hasUnsent());
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

    /**
     * A running job's journal vanishes, or its root's inbox, or both; its root notices, makes new ones, and writes into them what
     * it knows. An inbox may vanish, too, while nobody plays the root.
     */
    void loseTopics(SplittableRandom random) {
        SubmittedJob submission = submissions.get(random.nextInt(submissions.size()));
        long delay = (long) (Streams.logUniform(random, 0.5, 5) * 1e9);
        int which = random.nextInt(4);
        boolean isJournal = which != 0;
        boolean isInbox = which < 2;
        if (!submission.isRunning() || submission.journal().isLost() || submission.inbox().isLost()
                || (submission.isAbandoned() && isJournal)) {
            return;
        }
        if (isJournal) {
            submission.journal().lose();
        }
        if (isInbox) {
            submission.inbox().lose();
        }
        agenda.in(delay, () -> replaceTopics(submission));
    }

    private void replaceTopics(SubmittedJob submission) {
        if (broker.upAt() > agenda.now()) {
            agenda.at(broker.upAt(), () -> replaceTopics(submission));
            return;
        }
        // Nobody else makes a journal, and who resumes the job makes an inbox.
        if (!submission.isAbandoned() && (submission.journal().isLost() || submission.inbox().isLost())) {
            submission.journal().replace();
            submission.inbox().replace();
            submission.process().tell(new Input.JournalReplaced());
        }
    }

    /** First the journal says who goes on with the job. Then it is read, and after a while what is in the inbox by then. */
    private void resume(SubmittedJob submission) {
        if (broker.upAt() > agenda.now()) {
            agenda.at(broker.upAt(), () -> resume(submission));
            return;
        }
        long epoch = submission.claim();
        JobId job = submission.ledger().spec().id();
        SplittableRandom random = streams.stream(job + " resumed " + epoch);
        PeerId submitter = peer("s" + job.name().replace("job", ""), epoch);
        submission.journal().write(new RootEvent.Resumed(job, epoch, submitter));
        int entries = submission.journal().size();
        History history = new History(job, submission.verifier());
        submission.journal().replay((input, storedAt) -> {
            if (input instanceof Input.Journaled journaled) {
                history.journaled(journaled.event(), storedAt);
            }
        });
        agenda.in((long) (Streams.logUniform(random, 0.001, 2) * 1e9), () -> {
            submission.inbox().replace();
            submission.inbox().replay((input, _) -> {
                if (input instanceof Input.MessageReceived received) {
                    history.received(received.message());
                }
            });
            Root root = Root.resume(history, epoch, history.remaining(), scenario.parameters(), random.split());
            play(submission, submitter, root, random);
            submission.journal().read(submission.process(), entries);
            submission.inbox().read(submission.process(), submission.inbox().size());
            begin(submission);
        });
    }

    /** A root writes into its journal. */
    void journaled(Participant process, RootEvent event) {
        for (SubmittedJob submission : submissions) {
            if (process.journal == submission.journal()) {
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
                // One that hears that another goes on with its job leaves too, and the job is not over by that.
                if (!submission.isAbandoned()) {
                    submission.close(agenda.now());
                }
            }
        }
    }
}
