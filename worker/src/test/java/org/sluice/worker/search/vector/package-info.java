@NullMarked
package org.sluice.worker.search.vector;

import org.jspecify.annotations.NullMarked;
