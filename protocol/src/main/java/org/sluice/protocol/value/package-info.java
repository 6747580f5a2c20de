/**
 * The values of which every message is made: identities, ranges of integers, what is searched and for what.
 *
 * <p>All are immutable and refuse wrong content in their constructors, so that whoever holds one need not check again.
 */
@NullMarked
package org.sluice.protocol.value;

import org.jspecify.annotations.NullMarked;
