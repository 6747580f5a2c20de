@NullMarked
package org.sluice.submitter.network;

import org.jspecify.annotations.NullMarked;
