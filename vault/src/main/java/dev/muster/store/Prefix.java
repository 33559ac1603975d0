// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

/**
 * The beginning of the keys that a listing returns, compared character by character: {@code data/a} covers
 * {@code data/ab/1} as well as {@code data/a}. The empty prefix covers everything.
 *
 * @param value the beginning of a valid key
 */
public record Prefix(String value) {

    private static final Prefix EVERYTHING = new Prefix("");

    public Prefix {
        var whole = value.endsWith("/") ? value + "x" : value;
        if (!value.isEmpty() && !Key.isKey(whole)) {
            throw new IllegalArgumentException("not the beginning of a key: " + value);
        }
    }

    /** The prefix of these characters. */
    public static Prefix of(String value) {
        return new Prefix(value);
    }

    /** The prefix of every key. */
    public static Prefix everything() {
        return EVERYTHING;
    }

    /** Whether the key begins with this prefix. */
    public boolean covers(Key key) {
        return key.value().startsWith(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
