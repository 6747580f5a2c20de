/** What stands on the network's Kafka topics, for people who want to look into them. */
@NullMarked
package org.sluice.submitter.events;

import org.jspecify.annotations.NullMarked;
