/**
 * The embedded schema registry's books: subjects, versions, ids and compatibility, without any network.
 *
 * <p>The words and rules are those of Confluent's Schema Registry, whose REST interface
 * {@link org.sluice.deploy.embedded.EmbeddedRegistry} speaks.
 */
@NullMarked
package org.sluice.deploy.registry;

import org.jspecify.annotations.NullMarked;
