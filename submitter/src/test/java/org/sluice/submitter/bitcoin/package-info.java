@NullMarked
package org.sluice.submitter.bitcoin;

import org.jspecify.annotations.NullMarked;
