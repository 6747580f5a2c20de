package org.sluice.protocol.message;

import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * What a peer has given away of what it holds.
 *
 * @param holding the subjob of the giver that it was cut from
 * @param subjob the subjob that was made of it
 * @param peer who has it now
 * @param ranges the integers of it that are not yet covered
 */
public record Delegated(SubjobId holding, SubjobId subjob, PeerId peer, RangeSet ranges) {}
