@NullMarked
package org.sluice.submitter.admin;

import org.jspecify.annotations.NullMarked;
