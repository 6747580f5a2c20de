/** Sluice beside a real Bitcoin node, on networks of its own where blocks are easy. */
@NullMarked
package org.sluice.deploy.bitcoin;

import org.jspecify.annotations.NullMarked;
