@NullMarked
package org.sluice.submitter.request;

import org.jspecify.annotations.NullMarked;
