@NullMarked
package org.sluice.submitter;

import org.jspecify.annotations.NullMarked;
