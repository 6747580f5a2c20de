package org.sluice.simulator.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.worker.Coordinator;
import org.sluice.simulator.scenario.Digest;

import org.jspecify.annotations.Nullable;

/** A process of the simulated network: a state machine, its clock and its alarm. */
public final class Participant {
    private static final long NEVER = Long.MAX_VALUE;

    public final int number;
    public final Address address;
    private final StateMachine machine;
    private final Clock clock;
    private final Agenda agenda;
    private final Digest digest;
    private final Carrier carrier;
    private final Consumer<Effect> effects;
    /** What it writes down as the root of a job, absent at a worker. */
    @Nullable
    public Topic journal;
    /** What is addressed to it as the root of a job, absent at a worker. */
    @Nullable
    public Topic inbox;
    /** What it hashes with, absent at a submitter. */
    @Nullable
    public Machine hardware;
    public boolean alive = true;
    /** Whether it claims solutions that are none. */
    public boolean isLiar;
    /** Whether it has left by itself. */
    public boolean left;
    /** It stands still until then. */
    public long stalledUntil;
    /** Nothing that it sends gets through before then. */
    public long muteUntil;
    /** Nothing reaches it before then. */
    public long deafUntil;
    /** Whether its inbox exists. */
    boolean hasInbox = true;
    /** The age of the list of peers that it has got. */
    long listVersion;
    /** What it has handed in while the broker could not be reached. */
    final List<Runnable> outbox = new ArrayList<>();
    /** When the last of its messages arrives: the next does not overtake it. */
    long lastArrival;
    private final Map<JobId, Fingerprint> jobs = new HashMap<>();
    private long wakeAt = NEVER;
    private long alarmAt = NEVER;

    public Participant(int number, Address address, StateMachine machine, Clock clock, Agenda agenda, Digest digest,
            Carrier carrier) {
        this.number = number;
        this.address = address;
        this.machine = machine;
        this.clock = clock;
        this.agenda = agenda;
        this.digest = digest;
        this.carrier = carrier;
        this.effects = effect -> carrier.carryOut(this, effect);
    }

    /** Carries out what a state machine commands. */
    public interface Carrier {
        /** The process is about to be told something. */
        void before(Participant process, Input input);

        /** The process has been told, and all that it commanded is carried out. */
        void after(Participant process);

        void carryOut(Participant process, Effect effect);
    }

    /** The worker's half of the protocol, null at a submitter. */
    @Nullable
    public Coordinator worker() {
        return machine instanceof Coordinator coordinator ? coordinator : null;
    }

    /** Whether something that it has handed in is not stored yet. */
    public boolean hasUnsent() {
        return !outbox.isEmpty();
    }

    /** The process takes part in the job. */
    public void serves(JobSpec job) {
        jobs.put(job.id(), Fingerprint.of(job));
    }

    /** Whether it takes part in another job under this one's name, as somebody else has made it believe. */
    public boolean servesOther(JobId job, Optional<Fingerprint> meant) {
        Fingerprint own = jobs.get(job);
        return own != null && meant.isPresent() && !own.equals(meant.get());
    }

    /** The process takes part in the job no longer. */
    public void forgets(JobId job) {
        jobs.remove(job);
    }

    /** Whether what it is told of the job need not be kept, because it never took part. */
    public boolean isForgetful(JobId job) {
        return hardware != null && !jobs.containsKey(job);
    }

    /** The process is told something, now or as soon as it runs again. */
    public void tell(Input input) {
        if (!alive) {
            return;
        }
        long now = agenda.now();
        if (now < stalledUntil) {
            agenda.at(stalledUntil, () -> tell(input));
            return;
        }
        // The two most frequent inputs first: a switch over all types is slow here.
        if (input instanceof Input.HashingEnded ended) {
            digest.add(now, number, 103, ended.hashed().hashCode());
        } else if (input instanceof Input.TimePassed) {
            digest.add(now, number, 100, 0);
        } else {
            digest.add(now, number, kind(input), content(input));
        }
        carrier.before(this, input);
        machine.step(clock.at(now), input, effects);
        carrier.after(this);
    }

    private static int kind(Input input) {
        return switch (input) {
            case Input.TimePassed _ -> 100;
            case Input.MessageReceived received -> Kind.of(received.message()).code;
            case Input.PeersChanged _ -> 101;
            case Input.Journaled _ -> 106;
            case Input.DestinationGone _ -> 102;
            case Input.HashingEnded _ -> 103;
            case Input.RateMeasured _ -> 104;
            case Input.StopRequested _ -> 105;
            case Input.PauseRequested _ -> 110;
            case Input.ResumeRequested _ -> 107;
            case Input.JournalReplaced _ -> 108;
            case Input.JournalFailed _ -> 109;
            case Input.TemplateSubmitted _ -> 111;
            case Input.TemplateWithdrawn _ -> 112;
        };
    }

    private static long content(Input input) {
        return switch (input) {
            case Input.TimePassed _,Input.StopRequested _,Input.PauseRequested _,Input.ResumeRequested _,Input.JournalReplaced _,Input.JournalFailed _ ->
                0;
            case Input.MessageReceived received -> Digest.content(received.message());
            case Input.PeersChanged changed -> changed.live().peers().size();
            case Input.Journaled journaled -> journaled.event().rootEpoch();
            case Input.DestinationGone gone -> gone.destination().value().hashCode();
            case Input.HashingEnded ended -> ended.hashed().hashCode();
            case Input.RateMeasured measured -> measured.hashesPerSecond().hashCode();
            case Input.TemplateSubmitted submitted -> submitted.spec().id().number();
            case Input.TemplateWithdrawn withdrawn -> withdrawn.job().number();
        };
    }

    /** It wants to be woken at that time, and no longer at the one that it asked for before. */
    public void wakeAt(Instant instant) {
        wakeAt = Math.max(agenda.now(), clock.when(instant));
        if (wakeAt < alarmAt) {
            alarmAt = wakeAt;
            long mine = wakeAt;
            agenda.at(wakeAt, () -> alarm(mine));
        }
    }

    /** An alarm that was moved to a later time goes off at the earlier one and is set anew. */
    private void alarm(long time) {
        if (!alive || time != alarmAt) {
            return;
        }
        if (wakeAt > agenda.now()) {
            alarmAt = wakeAt;
            if (wakeAt != NEVER) {
                long mine = wakeAt;
                agenda.at(wakeAt, () -> alarm(mine));
            }
            return;
        }
        alarmAt = NEVER;
        wakeAt = NEVER;
        tell(new Input.TimePassed());
    }

    @Override
    public String toString() {
        return address.value();
    }
}
