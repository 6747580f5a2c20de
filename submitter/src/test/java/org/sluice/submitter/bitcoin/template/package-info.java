@NullMarked
package org.sluice.submitter.bitcoin.template;

import org.jspecify.annotations.NullMarked;
