@NullMarked
package org.sluice.schemas.console;

import org.jspecify.annotations.NullMarked;
