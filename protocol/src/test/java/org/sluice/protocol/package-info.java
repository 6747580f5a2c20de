@NullMarked
package org.sluice.protocol;

import org.jspecify.annotations.NullMarked;
