// SPDX-License-Identifier: Apache-2.0
package dev.muster.fault;

/** What a fault means to whoever started the operation: it alone decides the exit status of the program. */
public enum FaultKind {

    /** The operation could not be done. */
    FAILED(1),
    /** The command line or the configuration is wrong: nothing was attempted. */
    USAGE(2),
    /** Stored data is missing or not what was written. */
    DAMAGE(3),
    /** The operation was done, but an objective (RPO, RTO, a required proof) was missed. */
    OBJECTIVE(4);

    private final int exitStatus;

    FaultKind(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    /** The process exit status, 1 to 4; 0 is success and belongs to no fault. */
    public int exitStatus() {
        return exitStatus;
    }
}
