/**
 * The embedded network: ZooKeeper, Kafka and a schema registry in this JVM, on one machine's ports and in one folder.
 *
 * <p>May use {@code registry}, {@code output} and {@code failure}.
 */
@NullMarked
package org.sluice.deploy.embedded;

import org.jspecify.annotations.NullMarked;
