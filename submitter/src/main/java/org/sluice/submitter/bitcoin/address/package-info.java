/**
 * Bitcoin addresses: whom a block's reward is paid to, and the script that says so in the coinbase.
 *
 * <p>May use {@code bitcoin} alone.
 */
@NullMarked
package org.sluice.submitter.bitcoin.address;

import org.jspecify.annotations.NullMarked;
