/**
 * What becomes of a failure: the line that people read, the exit status, the log with {@code --verbose}.
 *
 * <p>May use {@code output}.
 */
@NullMarked
package org.sluice.deploy.failure;

import org.jspecify.annotations.NullMarked;
