package org.sluice.submitter;

import org.sluice.submitter.events.StoredRecord;

/** Records as lines. */
final class RecordText {
    private RecordText() {}

    static String line(StoredRecord record) {
        return record.toString();
    }

    static String json(StoredRecord record) {
        return record.toString();
    }
}
