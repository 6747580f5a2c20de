@NullMarked
package org.sluice.deploy.failure;

import org.jspecify.annotations.NullMarked;
