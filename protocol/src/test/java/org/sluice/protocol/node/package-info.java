@NullMarked
package org.sluice.protocol.node;

import org.jspecify.annotations.NullMarked;
