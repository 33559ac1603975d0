// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

/**
 * The name of an object: segments of lower-case ASCII letters, digits, {@code .}, {@code _} and {@code -}, separated
 * by {@code /}. A segment begins with a letter or a digit, so that neither {@code ..} nor a hidden file can be named,
 * and fits a file name of any file system. Ordered by its characters, as object stores order their listings.
 *
 * @param value at most 512 characters, each segment at most 255
 */
public record Key(String value) implements Comparable<Key> {

    /** The longest key, in bytes; S3 and GCS take 1,024 and Azure as many, which leaves room for a prefix. */
    public static final int LENGTH_BYTES_MAX = 512;

    private static final int SEGMENT_BYTES_MAX = 255;

    public Key {
        if (!isKey(value)) {
            throw new IllegalArgumentException("not a key: " + value);
        }
    }

    /** The key of these characters. */
    public static Key of(String value) {
        return new Key(value);
    }

    /** Whether this could be one segment of a key: a store on files ignores entries with other names. */
    public static boolean isSegment(String name) {
        if (name.isEmpty() || name.length() > SEGMENT_BYTES_MAX || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        return name.chars().allMatch(Key::isAllowed);
    }

    /** Whether this could be a key: a store ignores objects with other names. */
    public static boolean isKey(String value) {
        if (value.length() > LENGTH_BYTES_MAX) {
            return false;
        }
        for (var segment : value.split("/", -1)) {
            if (!isSegment(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(int character) {
        return isLetterOrDigit(character) || character == '.' || character == '_' || character == '-';
    }

    private static boolean isLetterOrDigit(int character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
    }

    @Override
    public int compareTo(Key other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
