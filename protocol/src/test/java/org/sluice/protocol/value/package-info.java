@NullMarked
package org.sluice.protocol.value;

import org.jspecify.annotations.NullMarked;
