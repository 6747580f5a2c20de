/**
 * The process's standard output and error, as everybody in it writes to them: what others have chosen is escaped, and no thread
 * that has better things to do waits for a terminal.
 */
@NullMarked
package org.sluice.deploy.output;

import org.jspecify.annotations.NullMarked;
