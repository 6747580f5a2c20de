@NullMarked
package org.sluice.submitter.events;

import org.jspecify.annotations.NullMarked;
