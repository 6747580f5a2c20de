@NullMarked
package org.sluice.schemas;

import org.jspecify.annotations.NullMarked;
