/**
 * The options that several commands have, and how what is typed for them is read.
 *
 * <p>May use {@code request}.
 */
@NullMarked
package org.sluice.submitter.option;

import org.jspecify.annotations.NullMarked;
