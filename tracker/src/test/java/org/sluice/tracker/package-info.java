@NullMarked
package org.sluice.tracker;

import org.jspecify.annotations.NullMarked;
