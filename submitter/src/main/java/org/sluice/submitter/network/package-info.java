/** Jobs and campaigns on a real network: registers them with the tracker and plays their roots over Kafka. */
@NullMarked
package org.sluice.submitter.network;

import org.jspecify.annotations.NullMarked;
