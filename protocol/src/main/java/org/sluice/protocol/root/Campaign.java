package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerList;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Solution;

import org.jspecify.annotations.Nullable;

/**
 * The roots of many jobs that follow each other, the templates of a campaign, at one address.
 *
 * <p>Each template is a job with a {@link Root} of its own, which lives until its job has ended. They share an inbox, in which a message is
 * told apart by the job that it is about. Templates are numbered upwards, and a worker that takes a later one leaves the earlier ones; so two
 * may overlap, and nobody is idle in between.
 *
 * <p>Nobody can go on with a campaign whose submitter is gone: so what its roots would write down for a successor is not written, and the
 * campaign's journal holds only what others write into it, the wish to cancel it.
 *
 * <p>Who still works for a template that has ended is told so, long after its root has left: the inbox goes on being read. What such a
 * worker has found meanwhile is told to people, if the template is one of the latest.
 */
public final class Campaign implements StateMachine {
    /** Of so many templates that have ended a solution is still taken: those who are cut off hear late that it is not wanted any more. */
    public static final int REMEMBERED = 8;

    /** All epochs that the only root of a template can have are not above this. */
    private static final long LAST_EPOCH = Root.firstEpoch(2) - 1;
    /** What no template means. */
    private static final Fingerprint NOTHING = new Fingerprint(0);

    private final JobId id;
    private final PeerId submitter;
    private final Verifier verifier;
    private final Parameters parameters;
    private final RandomGenerator random;
    /** Those that have not left, oldest first. */
    private final SequencedMap<JobId, Played> playing = new LinkedHashMap<>();
    /** The latest that have left, oldest first. */
    private final SequencedMap<JobId, Past> past = new LinkedHashMap<>();
    private final List<Ended> ended = new ArrayList<>();
    private @Nullable PeerList live;
    private @Nullable Instant wakeAt;
    private int latest;
    private boolean cancelled;
    private boolean stopping;
    private @Nullable String failure;

    /** A root, and when it wants to be woken. */
    private static final class Played {
        final Root root;
        @Nullable
        Instant wakeAt;
        boolean left;

        Played(Root root) {
            this.root = root;
        }
    }

    /**
     * A template whose root has left.
     *
     * @param told the integers of the solutions of it that have come since
     */
    private record Past(JobSpec spec, Set<Long> told) {}

    /**
     * A template that has ended.
     *
     * @param answer what came of it; empty if a fault of ours has left none
     */
    public record Ended(JobId job, Optional<Answer> answer) {}

    /**
     * A campaign without templates.
     *
     * @param id what its templates' ids begin with
     * @param submitter who plays their roots
     * @param verifier checks the solutions that others claim
     * @param parameters limits and delays
     * @param random the source of all its chance
     */
    public Campaign(JobId id, PeerId submitter, Verifier verifier, Parameters parameters, RandomGenerator random) {
        if (id.isTemplate()) {
            throw new IllegalArgumentException(id + " is one template of a campaign");
        }
        this.id = id;
        this.submitter = submitter;
        this.verifier = verifier;
        this.parameters = parameters;
        this.random = random;
    }

    @Override
    public void step(Instant now, Input input, Consumer<Effect> effects) {
        switch (input) {
            case Input.TimePassed _ -> {
                wakeAt = null;
                List.copyOf(playing.values()).forEach(played -> wake(played, now, effects));
            }
            case Input.MessageReceived(Message message) -> received(message, now, effects);
            case Input.PeersChanged changed -> {
                live = changed.live();
                tellAll(now, input, effects);
            }
            case Input.DestinationGone _ -> tellAll(now, input, effects);
            case Input.TemplateSubmitted(JobSpec spec, Duration timeout) -> begin(now, spec, timeout, effects);
            case Input.TemplateWithdrawn(JobId job) -> {
                Played withdrawn = playing.get(job);
                if (withdrawn != null) {
                    tell(withdrawn, now, new Input.StopRequested(), effects);
                }
            }
            case Input.Journaled(RootEvent entry) -> {
                if (entry instanceof RootEvent.CancelRequested && entry.job().equals(id)) {
                    cancelled = true;
                    tellAll(now, new Input.StopRequested(), effects);
                }
            }
            case Input.JournalReplaced _ -> {
                // Nothing stood in it that is still needed.
            }
            case Input.JournalFailed(String reason) -> {
                // There is nowhere to hear of templates any more.
                failure = reason;
                stopping = true;
                tellAll(now, input, effects);
            }
            case Input.StopRequested _ -> {
                stopping = true;
                tellAll(now, input, effects);
            }
            case Input.HashingEnded _,Input.RateMeasured _,Input.PauseRequested _,Input.ResumeRequested _ ->
                throw new IllegalStateException("a submitter does not hash, but was told " + input);
        }
        askToBeWoken(effects);
        if (stopping && playing.isEmpty()) {
            effects.accept(new Effect.Leave());
        }
    }

    private void begin(Instant now, JobSpec spec, Duration timeout, Consumer<Effect> effects) {
        if (!spec.id().campaign().equals(id) || spec.id().number() <= latest) {
            throw new IllegalStateException(spec.id() + " is no later template of " + id);
        }
        latest = spec.id().number();
        Played begun = new Played(new Root(submitter, spec, timeout, verifier, parameters, random));
        playing.put(spec.id(), begun);
        // Its first step, whoever there is: the job's time begins to run.
        tell(begun, now, new Input.TimePassed(), effects);
        if (cancelled || stopping) {
            tell(begun, now, new Input.StopRequested(), effects);
        } else if (live != null) {
            tell(begun, now, new Input.PeersChanged(live), effects);
        }
    }

    private void tellAll(Instant now, Input input, Consumer<Effect> effects) {
        List.copyOf(playing.values()).forEach(played -> tell(played, now, input, effects));
    }

    private void tell(Played played, Instant now, Input input, Consumer<Effect> effects) {
        played.root.step(now, input, effect -> passOn(played, effect, effects));
        JobId job = played.root.spec().id();
        if (played.left && playing.remove(job) != null) {
            ended.add(new Ended(job, played.root.answer()));
            remember(played.root);
        }
    }

    private void remember(Root root) {
        Set<Long> told = new HashSet<>();
        root.answer().ifPresent(answer -> answer.solutions().forEach(solution -> told.add(solution.integer())));
        past.put(root.spec().id(), new Past(root.spec(), told));
        if (past.size() > REMEMBERED) {
            past.pollFirstEntry();
        }
    }

    private static void passOn(Played played, Effect effect, Consumer<Effect> effects) {
        switch (effect) {
            case Effect.Send _,Effect.Tell _ -> effects.accept(effect);
            case Effect.WakeAt wake -> played.wakeAt = wake.time();
            case Effect.Leave _ -> played.left = true;
            case Effect.Journal _ -> {
                // There will be no successor to read it.
            }
            case Effect.StartHashing _,Effect.StopHashing _ ->
                throw new IllegalStateException("a root does not command " + effect);
        }
    }

    private void wake(Played played, Instant now, Consumer<Effect> effects) {
        if (played.wakeAt != null && !played.wakeAt.isAfter(now)) {
            played.wakeAt = null;
            tell(played, now, new Input.TimePassed(), effects);
        }
    }

    private void askToBeWoken(Consumer<Effect> effects) {
        Instant soonest = null;
        for (Played played : playing.values()) {
            Instant wanted = played.wakeAt;
            if (wanted != null && (soonest == null || wanted.isBefore(soonest))) {
                soonest = wanted;
            }
        }
        if (soonest != null && !soonest.equals(wakeAt)) {
            wakeAt = soonest;
            effects.accept(new Effect.WakeAt(soonest));
        }
    }

    private void received(Message message, Instant now, Consumer<Effect> effects) {
        Input input = new Input.MessageReceived(message);
        switch (message) {
            case Message.OfJob ofJob -> aboutJob(ofJob.job(), message, now, effects);
            case Message.Ping ping when ping.job().isPresent() ->
                aboutJob(ping.job().get(), message, now, effects);
            case Message.Pong pong when pong.job().isPresent() ->
                aboutJob(pong.job().get(), message, now, effects);
            // A root's question to itself, or one by somebody who does not say whom he means.
            case Message.Ping ping when ping.sender() instanceof JobId self -> tellOne(self, now, input, effects);
            case Message.Ping _ -> tellAll(now, input, effects);
            // No two roots have the same nonces.
            case Message.Pong _ -> tellAll(now, input, effects);
            case Message.WorkWanted _ -> {
                if (!playing.isEmpty()) {
                    tell(playing.lastEntry().getValue(), now, input, effects);
                }
            }
        }
    }

    private void aboutJob(JobId job, Message message, Instant now, Consumer<Effect> effects) {
        if (playing.containsKey(job)) {
            tellOne(job, now, new Input.MessageReceived(message), effects);
            return;
        }
        if (message instanceof Message.SubjobResult result) {
            tellOfLateSolutions(result, effects);
        }
        if (job.isTemplate() && job.campaign().equals(id) && saysThatItWorks(message)) {
            sayThatThereIsNone(job, message, effects);
        }
    }

    /** What somebody has found who could not say so before the template's end. */
    private void tellOfLateSolutions(Message.SubjobResult result, Consumer<Effect> effects) {
        Past meant = past.get(result.job());
        if (meant == null) {
            return;
        }
        JobSpec spec = meant.spec();
        for (Solution solution : result.solutions()) {
            if (!meant.told().contains(solution.integer()) && spec.range().contains(solution.integer())
                    && verifier.verifies(spec, solution)) {
                meant.told().add(solution.integer());
                effects.accept(new Effect.Tell(new Notice.SolutionFound(spec.id(), solution)));
            }
        }
    }

    private void tellOne(JobId job, Instant now, Input input, Consumer<Effect> effects) {
        Played meant = playing.get(job);
        if (meant != null) {
            tell(meant, now, input, effects);
        }
    }

    /** Whether the sender works for the job, as far as it knows. */
    private static boolean saysThatItWorks(Message message) {
        return switch (message) {
            case Message.SubjobResult result -> !result.leaving();
            case Message.SubjobAck ack -> ack.verdict() instanceof Verdict.Accepted;
            case Message.Adopt _,Message.Ping _ -> true;
            case Message.SubjobRequest _,Message.ResultAck _,Message.AdoptAck _,Message.Cancel _,Message.Pong _,Message.WorkWanted _ ->
                false;
        };
    }

    /** Of a template that has ended, its end; of one that never was, that it is not what somebody has passed off as it. */
    private void sayThatThereIsNone(JobId job, Message message, Consumer<Effect> effects) {
        Message answer = job.number() <= latest
                ? new Message.Cancel(job, job, new CancelScope.WholeJob(LAST_EPOCH), CancelReason.CANCELLED)
                : new Message.AdoptAck(job, job, 0, List.of(), List.of(job), 1, true, Optional.of(NOTHING));
        effects.accept(new Effect.Send(message.sender(), answer));
    }

    /** The templates that have ended since this was asked last. */
    public List<Ended> takeEnded() {
        List<Ended> all = List.copyOf(ended);
        ended.clear();
        return all;
    }

    /** How far each template is that has not ended. */
    public void progress(BiConsumer<JobId, Progress> taker) {
        playing.forEach((job, played) -> taker.accept(job, played.root.progress()));
    }

    /** How many templates there are whose roots have not left. */
    public int count() {
        return playing.size();
    }

    /** Why it could not go on, if it could not. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether somebody has wished the whole campaign to be cancelled. */
    public boolean isCancelled() {
        return cancelled;
    }
}
