// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

/** Carries an interruption through callbacks that cannot throw it. */
final class Cancelled extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient InterruptedException interruption;

    Cancelled(InterruptedException interruption) {
        super(interruption);
        this.interruption = interruption;
    }

    InterruptedException interruption() {
        return interruption;
    }
}
