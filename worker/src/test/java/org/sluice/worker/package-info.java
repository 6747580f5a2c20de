@NullMarked
package org.sluice.worker;

import org.jspecify.annotations.NullMarked;
