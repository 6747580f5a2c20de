/** Sluice in containers, each with an address of its own, and against servers that others wrote. */
@NullMarked
package org.sluice.deploy.containers;

import org.jspecify.annotations.NullMarked;
