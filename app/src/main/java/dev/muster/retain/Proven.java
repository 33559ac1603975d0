// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

/** What is known of snapshots that were restored and found good. */
public interface Proven {

    /** No proofs are recorded, so that none can be gone by. */
    Proven UNKNOWN = new Proven() {

        @Override
        public boolean areRecorded() {
            return false;
        }

        @Override
        public boolean isProven(String snapshot) {
            return false;
        }
    };

    /** Whether proofs are recorded at all. */
    boolean areRecorded();

    /** Whether this snapshot, by its id, was restored and found good. */
    boolean isProven(String snapshot);
}
