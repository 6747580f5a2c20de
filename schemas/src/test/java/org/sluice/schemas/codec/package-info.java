@NullMarked
package org.sluice.schemas.codec;

import org.jspecify.annotations.NullMarked;
