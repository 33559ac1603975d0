// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.util.Optional;

/** Which bytes of an object are read: exactly these, or the read fails. */
public sealed interface Range {

    /** All bytes, also none of an empty object. */
    record Whole() implements Range {

        @Override
        public Optional<Extent> within(long objectLength) {
            return Optional.of(new Extent(0, objectLength));
        }
    }

    /**
     * Some bytes in the middle.
     *
     * @param offset of the first byte, from 0
     * @param length in bytes, at least 1, since object stores cannot say an empty range
     */
    record Part(long offset, long length) implements Range {

        public Part {
            if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException("not a range: " + length + " bytes at " + offset);
            }
        }

        @Override
        public Optional<Extent> within(long objectLength) {
            return offset + length <= objectLength ? Optional.of(new Extent(offset, length)) : Optional.empty();
        }
    }

    /**
     * The end of the object.
     *
     * @param length in bytes, at least 1
     */
    record Last(long length) implements Range {

        public Last {
            if (length < 1) {
                throw new IllegalArgumentException("not a range: the last " + length + " bytes");
            }
        }

        @Override
        public Optional<Extent> within(long objectLength) {
            return length <= objectLength
                    ? Optional.of(new Extent(objectLength - length, length))
                    : Optional.empty();
        }
    }

    /**
     * A range applied to an object.
     *
     * @param offset of the first byte
     * @param length in bytes, 0 only for an empty object
     */
    record Extent(long offset, long length) {}

    /** The whole object. */
    static Range whole() {
        return new Whole();
    }

    /** So many bytes from this offset, all of which must exist. */
    static Range of(long offset, long length) {
        return new Part(offset, length);
    }

    /** The last so many bytes; the object must have as many. */
    static Range last(long length) {
        return new Last(length);
    }

    /** Where this range lies in an object of so many bytes; empty if it reaches outside. */
    Optional<Extent> within(long objectLength);
}
