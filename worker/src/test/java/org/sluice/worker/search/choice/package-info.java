@NullMarked
package org.sluice.worker.search.choice;

import org.jspecify.annotations.NullMarked;
