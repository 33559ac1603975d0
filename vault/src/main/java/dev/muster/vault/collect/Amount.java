// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

/** So many objects, and their bytes in the store. */
public record Amount(long objects, long bytes) {

    public static final Amount NOTHING = new Amount(0, 0);

    /** With one more object. */
    public Amount and(long objectBytes) {
        return new Amount(objects + 1, bytes + objectBytes);
    }

    public Amount and(Amount other) {
        return new Amount(objects + other.objects, bytes + other.bytes);
    }
}
