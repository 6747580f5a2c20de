@NullMarked
package org.sluice.submitter.mining;

import org.jspecify.annotations.NullMarked;
