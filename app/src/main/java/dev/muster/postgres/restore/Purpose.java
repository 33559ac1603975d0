// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

/** What a restored cluster is for: it decides what of its configuration stays in force. */
public enum Purpose {
    /** Beside the original, which may be alive: it acts on nothing outside itself. */
    COPY,
    /** In place of the original, which is gone: its archiving and its subscriptions go on. */
    SUCCESSOR
}
