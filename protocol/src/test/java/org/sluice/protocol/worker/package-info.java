@NullMarked
package org.sluice.protocol.worker;

import org.jspecify.annotations.NullMarked;
