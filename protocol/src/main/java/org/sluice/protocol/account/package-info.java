/**
 * What a peer's part in a job keeps account of: what is known hashed and found, what its parents have acknowledged, how a range is
 * shared out. These classes compute and remember; none of them sends, waits or knows the time.
 *
 * <p>May use {@code value}, {@code message} and the protocol's faces.
 */
@NullMarked
package org.sluice.protocol.account;

import org.jspecify.annotations.NullMarked;
