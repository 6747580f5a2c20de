/**
 * The tracker's nodes: their {@link org.sluice.tracker.node.Paths}, the records in them, and reading and writing them through
 * Curator. Who reads a node here gets a record that has been checked, or an exception.
 *
 * <p>Uses no other package of the tracker.
 */
@NullMarked
package org.sluice.tracker.node;

import org.jspecify.annotations.NullMarked;
