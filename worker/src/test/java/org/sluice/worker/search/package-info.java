@NullMarked
package org.sluice.worker.search;

import org.jspecify.annotations.NullMarked;
