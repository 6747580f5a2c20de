package org.sluice.submitter.network;

import java.time.Duration;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.JobId;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.SupersededException;
import org.sluice.tracker.node.JobRecord;
import org.sluice.worker.runtime.Connections;

/** The root of a job as this process plays it. */
final class PlayedRoot implements RunningJob {
    private final JobId job;
    private final Root root;
    private final JobRunner.Observer observer;
    private final ProgressClock clock = new ProgressClock();
    private final Stage stage;

    /**
     * A root that has not begun.
     *
     * @param version the version of Sluice that this process runs
     * @param record the job's, with the epoch with which this process has claimed it
     * @param timeToLive how much time the job has
     */
    PlayedRoot(Connections connections, String version, JobRecord record, Duration timeToLive, Root root,
            JobRunner.Observer observer) {
        this.job = record.job();
        this.root = root;
        this.observer = observer;
        stage = new Stage(connections, version, record, timeToLive, root, new Player());
    }

    /**
     * Lets the root begin.
     *
     * @param firstEntry the offset of the first entry in the job's journal that is news to it
     * @param firstMessage the offset of the first message in the root's inbox that it has yet to take
     */
    PlayedRoot begin(long firstEntry, long firstMessage) {
        stage.begin(firstEntry, firstMessage);
        return this;
    }

    @Override
    public Answer await() throws InterruptedException {
        try {
            stage.awaitLeft();
        } finally {
            stage.close(root.answer().map(Answer::outcome));
        }
        return root.answer().orElseThrow(this::withoutAnswer);
    }

    @Override
    public void cancel() {
        stage.tell(new Input.StopRequested());
    }

    private RuntimeException withoutAnswer() {
        return stage.failure()
                .or(() -> root.successor()
                        .map(successor -> new SupersededException(job + " was resumed by " + successor
                                + ", which will print the answer; this submitter has stepped down")))
                .orElseGet(() -> new IllegalStateException("the job ended without an answer"));
    }

    private final class Player implements Stage.Player {
        @Override
        public void carryOut(Effect effect) {
            if (effect instanceof Effect.Tell(Notice notice)) {
                observer.noticed(notice);
            } else if (effect instanceof Effect.Leave) {
                observer.progressed(root.progress());
            }
        }

        @Override
        public void stepped() {
            if (clock.isDue()) {
                observer.progressed(root.progress());
            }
        }

        @Override
        public void connected(boolean connected) {
            observer.connected(connected);
        }
    }
}
