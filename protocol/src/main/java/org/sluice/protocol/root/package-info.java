/**
 * The state machines of a submitter: {@link org.sluice.protocol.root.Root} begins a job, or resumes it from its
 * {@link org.sluice.protocol.root.History}, keeps its journal, and composes the {@link org.sluice.protocol.root.Answer};
 * {@link org.sluice.protocol.root.Campaign} has a root for each of many jobs that follow each other.
 *
 * <p>May use {@code node} and what that uses.
 */
@NullMarked
package org.sluice.protocol.root;

import org.jspecify.annotations.NullMarked;
