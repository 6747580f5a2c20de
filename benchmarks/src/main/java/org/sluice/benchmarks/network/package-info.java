/** What the scripts in {@code benchmarks/} run to have many peers on real servers: one JVM stands for the machines of many volunteers. */
@NullMarked
package org.sluice.benchmarks.network;

import org.jspecify.annotations.NullMarked;
