@NullMarked
package org.sluice.worker.runtime;

import org.jspecify.annotations.NullMarked;
