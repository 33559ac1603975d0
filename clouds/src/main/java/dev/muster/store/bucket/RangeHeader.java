// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Range;
import dev.muster.store.Range.Extent;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ranges as HTTP writes them (RFC 9110, 14). */
public final class RangeHeader {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /**
     * What an answer says that it has.
     *
     * @param extent the part that follows
     * @param objectLength of the whole object, in bytes
     */
    public record Answered(Extent extent, long objectLength) {}

    private RangeHeader() {}

    /** The header that asks for a range; null for the whole object. */
    public static @Nullable String of(Range range) {
        return switch (range) {
            case Range.Whole() -> null;
            case Range.Part(var offset, var length) -> "bytes=" + offset + "-" + (offset + length - 1);
            case Range.Last(var length) -> "bytes=-" + length;
        };
    }

    /**
     * What has come.
     *
     * @param contentRange the header, null where the whole object has come
     * @param contentLength in bytes
     * @param subject named in the failure
     * @throws StoreException.Transient if that makes no sense
     */
    public static Answered parse(@Nullable String contentRange, long contentLength, String subject) {
        if (contentRange == null) {
            return new Answered(new Extent(0, contentLength), contentLength);
        }
        var parts = CONTENT_RANGE.matcher(contentRange);
        if (!parts.matches()) {
            throw another(contentRange, subject);
        }
        var first = Long.parseLong(parts.group(1));
        var last = Long.parseLong(parts.group(2));
        if (last - first + 1 != contentLength) {
            throw another(contentRange, subject);
        }
        return new Answered(new Extent(first, contentLength), Long.parseLong(parts.group(3)));
    }

    /** An answer with something else than was asked for. */
    static StoreException another(String range, String subject) {
        return StoreException.Transient.of(subject, new IOException("it answered with another range, " + range));
    }
}
