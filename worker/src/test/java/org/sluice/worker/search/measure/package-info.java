@NullMarked
package org.sluice.worker.search.measure;

import org.jspecify.annotations.NullMarked;
