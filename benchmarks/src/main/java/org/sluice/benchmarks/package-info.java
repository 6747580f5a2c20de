/** JMH benchmarks. How to run them: {@code docs/decisions/search-kernels.md}. */
@NullMarked
package org.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
