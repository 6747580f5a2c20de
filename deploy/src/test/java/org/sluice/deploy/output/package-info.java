@NullMarked
package org.sluice.deploy.output;

import org.jspecify.annotations.NullMarked;
