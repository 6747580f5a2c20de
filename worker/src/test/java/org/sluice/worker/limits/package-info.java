@NullMarked
package org.sluice.worker.limits;

import org.jspecify.annotations.NullMarked;
