/**
 * The commands of who sets up a network on servers of their own, or looks after one.
 *
 * <p>May use {@code option}, {@code report}, {@code request} and the module's faces; it asks the servers themselves, and joins no network.
 */
@NullMarked
package org.sluice.submitter.admin;

import org.jspecify.annotations.NullMarked;
