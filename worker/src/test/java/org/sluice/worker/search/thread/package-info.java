@NullMarked
package org.sluice.worker.search.thread;

import org.jspecify.annotations.NullMarked;
