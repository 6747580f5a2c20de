@NullMarked
package org.sluice.simulator;

import org.jspecify.annotations.NullMarked;
