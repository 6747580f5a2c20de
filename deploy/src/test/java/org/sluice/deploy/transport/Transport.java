package org.sluice.deploy.transport;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

/** A network of inboxes and journals, with what a case does to it. Each address is a process of its own. */
interface Transport extends AutoCloseable {
    /** A process joins: its inbox, and a root's journal, are created and read. */
    void join(Address address);

    /** The inbox of an address, and a root's journal, are deleted with all that is in them; returns when they do not exist any more. */
    void delete(Address address);

    /** Waits until a root knows that the journal of its job is lost, and gives it a new one, and a new inbox. */
    void replace(JobId job);

    /** A process ends without another word. */
    void kill(Address address);

    /** A process hands in a message. */
    void send(Address from, Address to, Message message);

    /** The root of a job hands in an entry of its journal. */
    void journal(JobId job, RootEvent event);

    /** What a process was told by now: messages in order, and entries of its journal in order. */
    List<Input> arrived(Address address);

    /** What a process was told of destinations that do not exist. */
    List<Address> gone(Address sender);

    /** What somebody reads who reads a job's journal from its beginning now, and then the inbox of its root. */
    List<Input> stored(JobId job);

    /** From now on the brokers cannot be reached. */
    void breakDown();

    /** Lets time pass in which nothing can be stored: long enough for whoever gives up after some time. */
    void endure();

    /** The brokers can be reached again. */
    void repair();

    /** Waits until the condition holds, with a bound that only a failure reaches. */
    void until(BooleanSupplier condition, Supplier<String> what);

    @Override
    void close();
}
