package org.sluice.simulator.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Scenario;
import org.sluice.simulator.scenario.Streams;

import org.jspecify.annotations.Nullable;

/**
 * The tracker as peers see it: a list of those alive that is a little old.
 *
 * <p>Changes are gathered for a moment and then told to everybody, to each after a delay of its own. A peer that dies is
 * listed until its session times out. While the tracker is unreachable nothing is told and no session times out.
 */
public final class Directory {
    private static final long SESSION = 10_000_000_000L;
    private static final long STALEST = 60_000_000_000L;

    private final Agenda agenda;
    private final SplittableRandom random;
    private final SplittableRandom misfortune;
    private final double stale;
    private final long faultsEnd;
    private final List<Participant> subscribers = new ArrayList<>();
    private final Map<PeerId, PeerInfo> live = new LinkedHashMap<>();
    private final long gathering;
    private Input.@Nullable PeersChanged latest;
    private long version;
    private boolean planned;
    private long downUntil;

    public Directory(Agenda agenda, Streams streams, Scenario scenario) {
        this.agenda = agenda;
        this.random = streams.stream("tracker");
        this.misfortune = streams.stream("faults of the tracker");
        this.stale = scenario.faults().of(Fault.STALE);
        this.faultsEnd = scenario.faultsEnd().toNanos();
        // A real watch gathers changes too when it cannot keep up.
        this.gathering = Math.max(200_000_000L, scenario.peers() * 500_000L);
    }

    /** The process is told the list from now on. */
    public void subscribe(Participant process) {
        subscribers.add(process);
        if (latest != null && agenda.now() >= downUntil) {
            tell(process, latest, version);
        }
    }

    public void register(PeerInfo info) {
        live.put(info.peer(), info);
        changed();
    }

    public void unregister(PeerId peer) {
        if (live.remove(peer) != null) {
            changed();
        }
    }

    public boolean lists(PeerId peer) {
        return live.containsKey(peer);
    }

    /** The peer has been silent since now: it is listed until its session times out, unless it is heard by then. */
    public void silent(PeerId peer, java.util.function.BooleanSupplier stillSilent) {
        long timeout = SESSION * 2 / 3 + (long) (random.nextDouble() * SESSION / 3);
        agenda.in(timeout, () -> timedOut(peer, stillSilent));
    }

    private void timedOut(PeerId peer, java.util.function.BooleanSupplier stillSilent) {
        if (agenda.now() < downUntil) {
            agenda.at(downUntil + SESSION, () -> timedOut(peer, stillSilent));
        } else if (stillSilent.getAsBoolean()) {
            unregister(peer);
        }
    }

    public void breakDown(long until) {
        downUntil = Math.max(downUntil, until);
    }

    boolean isDown() {
        return agenda.now() < downUntil;
    }

    private void changed() {
        if (!planned) {
            planned = true;
            agenda.at(Math.max(downUntil, agenda.now() + gathering), this::publish);
        }
    }

    private void publish() {
        if (agenda.now() < downUntil) {
            agenda.at(downUntil, this::publish);
            return;
        }
        planned = false;
        version++;
        Input.PeersChanged list = new Input.PeersChanged(List.copyOf(live.values()));
        latest = list;
        subscribers.removeIf(process -> !process.alive);
        for (Participant process : subscribers) {
            tell(process, list, version);
        }
    }

    private void tell(Participant process, Input.PeersChanged list, long mine) {
        long delay = (long) (random.nextDouble() * 500_000_000L);
        long now = agenda.now();
        if (stale > 0 && now < faultsEnd && misfortune.nextDouble() < stale) {
            delay += (long) (misfortune.nextDouble() * Math.min(STALEST, faultsEnd - now));
        }
        agenda.in(delay, () -> {
            if (process.listVersion < mine) {
                process.listVersion = mine;
                process.tell(list);
            }
        });
    }
}
