// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

/** What is done to the clinic. */
public enum DisasterKind {
    /** A wrong DELETE on visits commits and is noticed late. */
    BAD_DELETE("bad-delete"),
    /** The server dies, and all that lies on its disk is gone. */
    LOST_DISK("lost-disk");

    private final String label;

    DisasterKind(String label) {
        this.label = label;
    }

    /** What the command line and documents call it. */
    public String label() {
        return label;
    }
}
