@NullMarked
package org.sluice.worker.opencl;

import org.jspecify.annotations.NullMarked;
