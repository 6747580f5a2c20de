@NullMarked
package org.sluice.worker.search.foreign;

import org.jspecify.annotations.NullMarked;
