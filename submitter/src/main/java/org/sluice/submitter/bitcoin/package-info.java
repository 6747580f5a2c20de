/** Bitcoin's block header and the compact form of its target, as values. */
@NullMarked
package org.sluice.submitter.bitcoin;

import org.jspecify.annotations.NullMarked;
