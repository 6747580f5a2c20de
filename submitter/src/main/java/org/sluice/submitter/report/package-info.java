/** What people and scripts are told: a job's progress, its answer as text or JSON, tables, numbers with their units. */
@NullMarked
package org.sluice.submitter.report;

import org.jspecify.annotations.NullMarked;
