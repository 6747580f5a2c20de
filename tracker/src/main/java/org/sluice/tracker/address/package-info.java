/**
 * Where a tracker is: what people type, names that DNS resolves, the servers of an ensemble.
 *
 * <p>Uses no other package of the tracker.
 */
@NullMarked
package org.sluice.tracker.address;

import org.jspecify.annotations.NullMarked;
