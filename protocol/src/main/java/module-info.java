/** The whole protocol as state machines; only what drives them is to be seen from outside. */
module org.sluice.protocol {
    requires static org.jspecify;

    exports org.sluice.protocol;
    exports org.sluice.protocol.message;
    exports org.sluice.protocol.root;
    exports org.sluice.protocol.value;
    exports org.sluice.protocol.worker;
}
