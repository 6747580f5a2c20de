@NullMarked
package org.sluice.protocol.step;

import org.jspecify.annotations.NullMarked;
