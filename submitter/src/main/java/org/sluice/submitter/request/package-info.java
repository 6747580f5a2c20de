/**
 * What a person types, read into the protocol's values: each reader either returns a valid value or throws a
 * {@link org.sluice.submitter.request.UsageException} whose one line says what to type instead.
 */
@NullMarked
package org.sluice.submitter.request;

import org.jspecify.annotations.NullMarked;
