package org.sluice.protocol.step;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a suspect is alive, by asking it.
 *
 * <p>A vanished node or a long silence is only a hint; the suspect's own answer is the verdict. The
 * peer asks itself at the same time. Only while its own message comes back does the silence of others count: when nothing
 * comes back at all the network is down, and the question is put again.
 */
public final class Liveness {
    private static final class Suspicion {
        long nonce;
        int missed;
        int allowed;
        Instant askedAt = Instant.EPOCH;
        /** How long this peer's own ping took to come back, null while it has not. */
        @Nullable
        Duration pulse;
        /** How many questions in a row not even this peer itself has heard. */
        int silent;

        Suspicion(int allowed) {
            this.allowed = allowed;
        }
    }

    /** What a peer was asked last; any other message of it may come before the answer and clear it of suspicion. */
    private static final class Question {
        /** By nonce and job: each ping asks about as many edges as fit. */
        final Map<Long, Map<JobId, List<Edge>>> edges = new HashMap<>();

        void add(long nonce, JobId job, List<Edge> asked) {
            edges.computeIfAbsent(nonce, _ -> new LinkedHashMap<>()).put(job, asked);
        }

        List<Edge> asked(long nonce, JobId job) {
            return edges.getOrDefault(nonce, Map.of()).getOrDefault(job, List.of());
        }
    }

    /** The bonds with the suspect, to ask about. */
    public interface Bonds {
        Map<JobId, List<Edge>> with(Address suspect);
    }

    private static final int LARGEST_WITHOUT_EDGES = 250;

    /** How many pings may stay unanswered by one who may have been cut off by the same outage as this peer. */
    private static final int CHANCES_AFTER_OUTAGE = 3;

    private final Context context;
    private final Bonds bonds;
    private Instant lastBeatAt = Instant.MIN;
    private long lastBeat;
    private final Map<Address, Suspicion> suspicions = new LinkedHashMap<>();
    /** The oldest first: an answer to an old question says nothing new. */
    private final SequencedMap<Address, Question> questions = new LinkedHashMap<>();
    private long lastNonce;
    private long lastReturned;

    public Liveness(Context context, Bonds bonds) {
        this(context, bonds, 0);
    }

    /** All nonces are above the given number, for an address that others have used before. */
    public Liveness(Context context, Bonds bonds, long noncesAbove) {
        this.context = context;
        this.bonds = bonds;
        this.lastNonce = noncesAbove;
    }

    /** A nonce that no other ping of this peer has. */
    public long nextNonce() {
        return ++lastNonce;
    }

    /**
     * Asks the suspect whether it is alive, unless that question is already open.
     *
     * @param chances how many pings in a row it may leave unanswered
     */
    public void suspect(Address suspect, int chances) {
        if (!suspicions.containsKey(suspect) && !suspect.equals(context.self())
                && !context.peers().isDead(suspect)) {
            Suspicion suspicion = new Suspicion(chances);
            suspicions.put(suspect, suspicion);
            ask(suspect, suspicion);
        }
    }

    /** Whether the peer has been asked and has not answered yet. */
    public boolean isSuspect(Address address) {
        return suspicions.containsKey(address);
    }

    private void ask(Address suspect, Suspicion suspicion) {
        suspicion.nonce = nextNonce();
        suspicion.pulse = null;
        suspicion.askedAt = context.now();
        Map<JobId, List<Edge>> jobs = bonds.with(suspect);
        Question question = new Question();
        questions.putLast(suspect, question);
        if (questions.size() > Parameters.REMEMBERED_QUESTIONS) {
            questions.pollFirstEntry();
        }
        if (jobs.isEmpty()) {
            context.send(suspect, new Message.Ping(context.self(), suspicion.nonce, Optional.empty(), List.of()));
        }
        jobs.forEach((job, edges) -> {
            long nonce = suspicion.nonce;
            for (List<Edge> page : EncodedSize.pages(edges, EncodedSize::of, roomForEdges())) {
                question.add(nonce, job, page);
                context.send(suspect, new Message.Ping(context.self(), nonce, Optional.of(job), page));
                nonce = nextNonce();
            }
        });
        context.send(context.self(),
                new Message.Ping(context.self(), suspicion.nonce, Optional.empty(), List.of()));
        context.timers()
                .set(new Timer.PongMissing(suspect),
                        context.in(context.pingTimeout().multipliedBy(1L << Math.min(suspicion.silent, 3))));
    }

    /** So much that the answer, whose sender may have a longer name, fits too. */
    private int roomForEdges() {
        return context.parameters().messageBytes() - LARGEST_WITHOUT_EDGES;
    }

    /** The edges that the answered ping asked about; none if another was asked since. */
    public List<Edge> asked(Message.Pong pong) {
        Question question = questions.get(pong.sender());
        return question == null
                ? List.of()
                : pong.job().map(job -> question.asked(pong.nonce(), job)).orElse(List.of());
    }

    /** Answers a ping with those of its edges that are known here. */
    public void answer(Message.Ping ping, List<Edge> known) {
        Set<Edge> all = Set.copyOf(known);
        List<Edge> common = ping.edges().stream().filter(all::contains).toList();
        context.send(ping.sender(), new Message.Pong(context.self(), ping.nonce(), ping.job(),
                EncodedSize.pages(common, EncodedSize::of, roomForEdges()).getFirst()));
    }

    /**
     * A message has come. Anything heard of a peer clears it; what this peer tells itself is only to show that messages get
     * through.
     *
     * @return whether it comes from another
     */
    public boolean hear(Message message) {
        if (message.sender().equals(context.self())) {
            if (message instanceof Message.Ping ping) {
                pulse(ping.nonce());
            }
            return false;
        }
        heard(message.sender());
        return true;
    }

    private void heard(Address address) {
        context.peers().markAlive(address);
        if (suspicions.remove(address) != null) {
            context.timers().cancel(new Timer.PongMissing(address));
        }
    }

    /** This peer's own ping has come back; one that it never sent says nothing. */
    private void pulse(long nonce) {
        if (nonce > lastNonce) {
            return;
        }
        lastReturned = Math.max(lastReturned, nonce);
        for (Suspicion suspicion : suspicions.values()) {
            if (suspicion.nonce == nonce) {
                suspicion.pulse = Duration.between(suspicion.askedAt, context.now());
            }
        }
    }

    /** Sends this peer a ping of its own, one for all who want that at the same time, to see if messages get through. */
    public long beat() {
        if (!context.now().equals(lastBeatAt)) {
            lastBeatAt = context.now();
            lastBeat = nextNonce();
            context.send(context.self(), new Message.Ping(context.self(), lastBeat, Optional.empty(), List.of()));
        }
        return lastBeat;
    }

    /** Whether that ping, or a later one, has come back. */
    public boolean hasReturned(long nonce) {
        return lastReturned >= nonce;
    }

    /**
     * The suspect has not answered in time.
     *
     * @return whether it is dead
     */
    public boolean pongMissing(Address suspect) {
        Suspicion suspicion = suspicions.get(suspect);
        if (suspicion == null) {
            return false;
        }
        Duration pulse = suspicion.pulse;
        if (pulse == null) {
            suspicion.silent++;
            suspicion.missed = 0;
            suspicion.allowed = Math.max(suspicion.allowed, CHANCES_AFTER_OUTAGE);
        } else {
            suspicion.silent = 0;
            // A pulse that came late came at the end of an outage: the other has not had its time yet.
            if (pulse.multipliedBy(2).compareTo(context.pingTimeout()) <= 0) {
                suspicion.missed++;
            }
        }
        if (suspicion.missed < suspicion.allowed) {
            ask(suspect, suspicion);
            return false;
        }
        suspicions.remove(suspect);
        questions.remove(suspect);
        context.peers().markDead(suspect);
        return true;
    }

    /** A job is over, and with it its root. */
    public void forget(JobId root) {
        suspicions.remove(root);
        context.timers().cancel(new Timer.PongMissing(root));
        questions.remove(root);
        context.peers().forget(root);
    }

    /** The suspect's inbox does not exist: nothing more needs to be asked. */
    public void gone(Address suspect) {
        suspicions.remove(suspect);
        context.timers().cancel(new Timer.PongMissing(suspect));
        questions.remove(suspect);
        context.peers().markDead(suspect);
    }
}
