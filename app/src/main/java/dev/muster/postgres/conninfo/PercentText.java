// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoding of bytes in UTF-8, as in URLs, except that a plus sign is a plus sign. */
final class PercentText {

    private static final int HEX = 16;

    private PercentText() {}

    /** The decoded text; nothing if an escape is incomplete, is not hexadecimal, or stands for a zero byte. */
    static Optional<String> decode(String encoded) {
        var bytes = new ByteArrayOutputStream(encoded.length());
        var source = encoded.getBytes(StandardCharsets.UTF_8);
        for (var i = 0; i < source.length; i++) {
            if (source[i] != '%') {
                bytes.write(source[i]);
                continue;
            }
            var value = i + 2 < source.length ? digit(source[i + 1]) * HEX + digit(source[i + 2]) : -1;
            if (value <= 0) {
                return Optional.empty();
            }
            bytes.write(value);
            i += 2;
        }
        return Optional.of(bytes.toString(StandardCharsets.UTF_8));
    }

    /** Far below zero for anything but a hexadecimal digit, so that a pair with one such is below zero too. */
    private static int digit(byte character) {
        var value = Character.digit((char) (character & 0xFF), HEX);
        return value < 0 ? -HEX * HEX : value;
    }
}
