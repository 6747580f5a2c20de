@NullMarked
package org.sluice.submitter.report;

import org.jspecify.annotations.NullMarked;
