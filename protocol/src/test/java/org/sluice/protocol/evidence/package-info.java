@NullMarked
package org.sluice.protocol.evidence;

import org.jspecify.annotations.NullMarked;
