package org.sluice.worker.search.thread;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;

import org.jspecify.annotations.Nullable;

/** The searches that a device's slot has prepared for its last few jobs. The device is told how it goes, and no processor takes over. */
final class DeviceSearches implements SlotSearches {
    private final Device device;
    private final SequencedMap<Key, OnDevice> kept = new LinkedHashMap<>(PreparedSearches.KEPT, 0.75f, true);

    DeviceSearches(Device device) {
        this.device = device;
    }

    @Override
    public Prepared of(Work work, Goal goal) {
        Prepared prepared = kept.computeIfAbsent(new Key(work, goal), OnDevice::new);
        if (kept.size() > PreparedSearches.KEPT) {
            kept.pollFirstEntry();
        }
        return prepared;
    }

    private record Key(Work work, Goal goal) {}

    private final class OnDevice implements Prepared {
        private final Key key;
        private @Nullable Search search;

        private OnDevice(Key key) {
            this.key = key;
        }

        @Override
        public Search search() {
            Search known = search;
            if (known == null) {
                known = device.kernel().prepareAny(key.work, key.goal);
                search = known;
            }
            device.checkAgain(key.work.piece(0));
            return known;
        }

        @Override
        public String kernelName() {
            return device.kernel().name();
        }

        @Override
        public void succeeded() {
            // Nothing else is expected.
        }

        @Override
        public boolean failed(Throwable fault) {
            search = null;
            device.failed(fault);
            return true; // It is given nothing until it may hash again.
        }
    }
}
