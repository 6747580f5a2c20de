/** Simulated networks of the protocol's state machines; its commands are all that is to be seen from outside. */
module org.sluice.simulator {
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires java.management;
    requires org.sluice.protocol;
    requires static org.jspecify;

    exports org.sluice.simulator;

    opens org.sluice.simulator;
}
