@NullMarked
package org.sluice.protocol.account;

import org.jspecify.annotations.NullMarked;
