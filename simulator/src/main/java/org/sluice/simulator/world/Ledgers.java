package org.sluice.simulator.world;

import java.util.Optional;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;

/** The ledgers of all jobs, of those too that a stranger has passed off as others. */
public interface Ledgers {
    /**
     * One job's ledger.
     *
     * @param meant what is taken for the job; empty if that is not known, and then it is what was submitted
     */
    Ledger of(JobId job, Optional<Fingerprint> meant);

    default Ledger of(JobId job) {
        return of(job, Optional.empty());
    }

    default Ledger of(JobSpec job) {
        return of(job.id(), Optional.of(Fingerprint.of(job)));
    }

    default Ledger of(Message.OfMeantJob message) {
        return of(message.job(), message.meant());
    }
}
