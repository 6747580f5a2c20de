@NullMarked
package org.sluice.protocol.root;

import org.jspecify.annotations.NullMarked;
