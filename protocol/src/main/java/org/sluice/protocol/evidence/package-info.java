/**
 * Evidence: proof that a peer has hashed what it says it has.
 *
 * <p>With its work a peer hands in its <em>shares</em>, all integers of its ranges whose digest meets an
 * {@linkplain org.sluice.protocol.evidence.ShareGoal easier goal}, in a {@linkplain org.sluice.protocol.evidence.Shares claim}
 * that is {@linkplain org.sluice.protocol.evidence.ShareCoding coded} in a few bits for each. Of N hashes about N / 2^s are
 * shares; to check one takes one hash, to forge one takes 2^s. A
 * {@linkplain org.sluice.protocol.evidence.SkipTest sequential test} of each peer finds those that have fewer than they should,
 * and a job's {@linkplain org.sluice.protocol.evidence.ShareLedger ledger} keeps account of who has proven what.
 *
 * <p>These classes compute and remember; none of them sends, waits or knows the time. No job uses them yet. What they catch, and
 * what nothing can, stands in {@code docs/evidence.md}.
 *
 * <p>May use {@code value}.
 */
@NullMarked
package org.sluice.protocol.evidence;

import org.jspecify.annotations.NullMarked;
