@NullMarked
package org.sluice.deploy;

import org.jspecify.annotations.NullMarked;
