@NullMarked
package org.sluice.tracker.server;

import org.jspecify.annotations.NullMarked;
