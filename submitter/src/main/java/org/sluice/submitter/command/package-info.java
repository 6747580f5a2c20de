/**
 * The commands that people type at the submitter's command line, with their options.
 *
 * <p>May use {@code request} for what was typed and {@code report} for what is printed. They reach the world through
 * {@link org.sluice.submitter.CommandContext} alone.
 */
@NullMarked
package org.sluice.submitter.command;

import org.jspecify.annotations.NullMarked;
