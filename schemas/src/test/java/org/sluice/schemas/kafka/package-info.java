@NullMarked
package org.sluice.schemas.kafka;

import org.jspecify.annotations.NullMarked;
