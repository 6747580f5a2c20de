@NullMarked
package org.sluice.tracker.node;

import org.jspecify.annotations.NullMarked;
