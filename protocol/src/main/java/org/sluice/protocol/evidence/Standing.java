package org.sluice.protocol.evidence;

import org.sluice.protocol.value.PeerId;

/**
 * What a job's root thinks of a peer. It only ever gets worse:
 *
 * <pre>
 *     Trusted --an alarm--> Suspect --a proof--> Convicted
 *        '---------------a proof-------------------^
 * </pre>
 */
public sealed interface Standing {
    /** Nothing speaks against it. */
    record Trusted() implements Standing {}

    /** It has fewer shares than chance allows. */
    record Suspect(Alarm alarm) implements Standing {}

    /** It has claimed what is not so, as anybody can compute. */
    record Convicted(Proof proof) implements Standing {}

    /** Something that a peer has claimed and that is not so. */
    sealed interface Proof {
        /** An integer that it claims is a share, and is none. */
        record FalseShare(long integer) implements Proof {}

        /**
         * A share of a range that it has claimed with all its shares, but without this one.
         *
         * @param finder whose claim has it
         */
        record MissedShare(long integer, PeerId finder) implements Proof {}
    }
}
