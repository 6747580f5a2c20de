package org.sluice.submitter;

import java.time.Duration;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;

/**
 * Many jobs that follow each other, the templates of a campaign, with one record at the tracker and one pair of topics. May be used from any
 * thread; nothing but {@link #close} waits.
 */
public interface RunningCampaign {
    /**
     * Starts a template; workers that take it leave those before it.
     *
     * @param spec the job, whose id is a template of the campaign, with a higher number than all before it
     * @param timeToLive after which it expires
     */
    void start(JobSpec spec, Duration timeToLive);

    /** Cancels a template at all peers. Does nothing to one that has ended. */
    void withdraw(JobId template);

    /**
     * Ends the campaign. Templates that have not ended are cancelled and not waited for.
     *
     * @param outcome what has come of it
     */
    void close(Outcome outcome);

    /** Watches a campaign; called on threads of the campaign's own, so it must be quick. */
    interface Observer {
        /** How far a template is, told whenever that changes and not less than every few seconds. */
        void progressed(JobId template, Progress progress);

        /**
         * A template has ended, and all peers were told.
         *
         * @param answer what came of it; empty if a fault of ours has left none
         */
        void ended(JobId template, Optional<Answer> answer);

        /** Something that a person may like to know. */
        void noticed(Notice notice);

        /** The network answers no more, or again; told when that changes. */
        void connected(boolean connected);

        /** Somebody else has cancelled the campaign, and with it all templates; told once. */
        void cancelled();

        /** The campaign cannot go on, and no template will end any more; told once. */
        void failed(RuntimeException why);
    }
}
