@NullMarked
package org.sluice.simulator.scenario;

import org.jspecify.annotations.NullMarked;
