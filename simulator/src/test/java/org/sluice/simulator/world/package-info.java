@NullMarked
package org.sluice.simulator.world;

import org.jspecify.annotations.NullMarked;
