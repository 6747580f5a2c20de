@NullMarked
package org.sluice.worker.search.device;

import org.jspecify.annotations.NullMarked;
