// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text that ends with a zero byte, as the protocol writes all its text. */
public final class CString {

    private CString() {}

    /** Takes the next text, in UTF-8, and the zero byte after it; nothing if there is no zero byte. */
    public static Optional<String> take(ByteBuffer bytes) {
        for (var end = bytes.position(); end < bytes.limit(); end++) {
            if (bytes.get(end) == 0) {
                var text = new byte[end - bytes.position()];
                bytes.get(text).get();
                return Optional.of(new String(text, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
