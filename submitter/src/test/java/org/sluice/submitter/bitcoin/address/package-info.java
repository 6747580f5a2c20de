@NullMarked
package org.sluice.submitter.bitcoin.address;

import org.jspecify.annotations.NullMarked;
