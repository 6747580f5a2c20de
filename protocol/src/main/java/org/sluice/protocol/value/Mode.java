package org.sluice.protocol.value;

/** When a job is done. */
public enum Mode {
    /** With its first verified solution, or with the whole range hashed. */
    FIRST,
    /** With the whole range hashed. */
    ALL
}
