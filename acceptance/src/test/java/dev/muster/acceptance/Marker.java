// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Something that is nowhere else in the world, to be looked for.
 *
 * @param name what it is
 * @param bytes itself
 */
@SuppressWarnings("ArrayRecordComponent")
record Marker(String name, byte[] bytes) {

    private static final int BASE64_GROUP_BYTES = 3;

    static Marker of(String name, String text) {
        return new Marker(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Which of these markers a file below this directory holds, or is called by, in any usual spelling. */
    static List<String> found(Path directory, List<Marker> markers) throws IOException {
        var found = new ArrayList<String>();
        var spellings = markers.stream().collect(Collectors.toMap(Marker::name, Marker::spellings));
        try (var paths = Files.walk(directory)) {
            for (var path : paths.toList()) {
                var name = directory.relativize(path).toString();
                var content = Files.isRegularFile(path) ? text(Files.readAllBytes(path)) : "";
                spellings.forEach((marker, texts) -> {
                    if (texts.stream().anyMatch(text -> name.contains(text) || content.contains(text))) {
                        found.add(marker + " in " + name);
                    }
                });
            }
        }
        return found;
    }

    /** As it is, in hexadecimal, and in base64 wherever in a group of three bytes it begins; a char for each byte. */
    private Set<String> spellings() {
        var spellings = new LinkedHashSet<>(List.of(text(bytes)));
        var hex = HexFormat.of().formatHex(bytes);
        spellings.add(hex);
        spellings.add(hex.toUpperCase(Locale.ROOT));
        for (var before = 0; before < BASE64_GROUP_BYTES; before++) {
            var shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            var from = before == 0 ? 0 : BASE64_GROUP_BYTES;
            var to = shifted.length - shifted.length % BASE64_GROUP_BYTES;
            var whole = Arrays.copyOfRange(shifted, from, to);
            spellings.add(Base64.getEncoder().encodeToString(whole));
            spellings.add(Base64.getUrlEncoder().encodeToString(whole));
        }
        return spellings;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
