/**
 * A block under construction: what a node proposes in a template, the coinbase that is added, and the block that is handed in.
 *
 * <p>Begin with {@link org.sluice.submitter.bitcoin.template.TemplateReader TemplateReader}, which believes nothing that a node says, and
 * {@link org.sluice.submitter.bitcoin.template.BlockCandidate BlockCandidate}, which makes a search space of a template and a block of an
 * integer that was found. All is computed; nothing here talks to a node. May use {@code bitcoin} and {@code bitcoin.address}.
 */
@NullMarked
package org.sluice.submitter.bitcoin.template;

import org.jspecify.annotations.NullMarked;
