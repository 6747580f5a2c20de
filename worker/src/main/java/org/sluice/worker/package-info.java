/** The worker: a peer that hashes, as a person starts and watches it on the command line. */
@NullMarked
package org.sluice.worker;

import org.jspecify.annotations.NullMarked;
