@NullMarked
package org.sluice.worker.manners;

import org.jspecify.annotations.NullMarked;
