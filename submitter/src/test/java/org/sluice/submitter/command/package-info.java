@NullMarked
package org.sluice.submitter.command;

import org.jspecify.annotations.NullMarked;
