/**
 * The commands that people type at the submitter's command line, with their options.
 *
 * <p>What was typed is read by {@code option} and {@code request}, and what is printed is written by {@code report}. They reach the
 * world through {@link org.sluice.submitter.CommandContext} alone.
 */
@NullMarked
package org.sluice.submitter.command;

import org.jspecify.annotations.NullMarked;
