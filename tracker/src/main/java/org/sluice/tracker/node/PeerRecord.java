package org.sluice.tracker.node;

import java.time.Instant;

/**
 * All that the tracker knows of a live peer.
 *
 * @param registration what the peer says of itself
 * @param since when its node was created, by the tracker's clock
 * @param updated when its node was last written, by the tracker's clock
 */
public record PeerRecord(Registration registration, Instant since, Instant updated) {}
