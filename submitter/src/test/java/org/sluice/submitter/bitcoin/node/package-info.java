@NullMarked
package org.sluice.submitter.bitcoin.node;

import org.jspecify.annotations.NullMarked;
