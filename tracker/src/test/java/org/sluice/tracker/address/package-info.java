@NullMarked
package org.sluice.tracker.address;

import org.jspecify.annotations.NullMarked;
