package org.sluice.deploy.containers;

/** A line for whoever watches the build: what takes long, and what is not tested here and why. */
final class Note {
    private Note() {}

    static void that(String text) {
        System.out.println("[containers] " + text);
        System.out.flush();
    }
}
