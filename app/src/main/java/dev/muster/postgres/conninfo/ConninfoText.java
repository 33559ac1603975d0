// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.EnumMap;
import java.util.Map;

/** Reads a conninfo string of either form into what it says, without defaults. */
final class ConninfoText {

    private ConninfoText() {}

    static Map<Keyword, String> read(String text) {
        for (var scheme : UrlText.SCHEMES) {
            if (text.startsWith(scheme)) {
                return new UrlText(text, scheme.length()).read();
            }
        }
        return new PairText(text).read();
    }

    /** The keyword of this name; an unknown one is an error that names it. */
    static Keyword keyword(String name) {
        return Keyword.named(name)
                .orElseThrow(() -> new ConninfoFault.Invalid("No such connection option", "'" + name + "'"));
    }

    static Map<Keyword, String> empty() {
        return new EnumMap<>(Keyword.class);
    }
}
