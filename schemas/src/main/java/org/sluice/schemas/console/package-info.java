/**
 * Events for people to read, one line each, as JSON or text.
 *
 * <p>May use {@code codec} and {@code kafka}.
 */
@NullMarked
package org.sluice.schemas.console;

import org.jspecify.annotations.NullMarked;
