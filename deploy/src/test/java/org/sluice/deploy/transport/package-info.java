/**
 * What the protocol relies on from the network that carries its messages, tried on Kafka and on the simulator's network alike.
 */
@NullMarked
package org.sluice.deploy.transport;

import org.jspecify.annotations.NullMarked;
