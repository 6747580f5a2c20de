package org.sluice.protocol.message;

import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;

/**
 * Integers that one peer has hashed.
 *
 * @param peer who hashed them
 * @param ranges the integers
 */
public record Coverage(PeerId peer, RangeSet ranges) {}
