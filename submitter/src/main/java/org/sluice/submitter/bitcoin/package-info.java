/** Bitcoin's block header, the compact form of its target and the chains that there are, as values. */
@NullMarked
package org.sluice.submitter.bitcoin;

import org.jspecify.annotations.NullMarked;
