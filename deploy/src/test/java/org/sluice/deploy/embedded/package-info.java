@NullMarked
package org.sluice.deploy.embedded;

import org.jspecify.annotations.NullMarked;
