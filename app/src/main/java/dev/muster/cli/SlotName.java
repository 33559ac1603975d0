// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.object.Digest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How people name slots: by the first digits of their digests. */
final class SlotName {

    private static final int DIGITS = 12;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{4,64}");

    private SlotName() {}

    static String shortOf(Digest digest) {
        return digest.hex().substring(0, DIGITS);
    }

    /** The one slot that is named. */
    static SlotInfo find(List<SlotInfo> slots, String name) {
        String digits = name.toLowerCase(Locale.ROOT);
        List<SlotInfo> found = slots.stream()
                .filter(info -> NAME.matcher(digits).matches() && info.digest().hex().startsWith(digits))
                .toList();
        if (found.size() != 1) {
            throw new CommandFault.Unclear(
                    found.isEmpty() ? "No slot has this name" : found.size() + " slots begin like this", name,
                    "Give at least four of its digits: " + slots.stream()
                            .map(info -> shortOf(info.digest()))
                            .collect(Collectors.joining(", ")) + ".");
        }
        return found.getFirst();
    }
}
