// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.Map;

/**
 * Reads {@code key = value} pairs between white space. A value may stand in single quotes; a backslash takes the next
 * character as it is, inside quotes and outside. Of two pairs with one key the later wins.
 */
final class PairText {

    private static final String SPACES = " \t\n\r\f\u000b";

    private final String text;
    private int at;

    PairText(String text) {
        this.text = text;
    }

    Map<Keyword, String> read() {
        var said = ConninfoText.empty();
        skipSpaces();
        while (at < text.length()) {
            var key = key();
            skipSpaces();
            said.put(ConninfoText.keyword(key), text.startsWith("'", at) ? quoted(key) : bare());
            skipSpaces();
        }
        return said;
    }

    /** Leaves the position after the equals sign. */
    private String key() {
        var from = at;
        while (at < text.length() && text.charAt(at) != '=' && !isSpace()) {
            at++;
        }
        var key = text.substring(from, at);
        skipSpaces();
        if (at == text.length() || text.charAt(at) != '=') {
            // The word may be part of a password with a space in it: only a keyword is named.
            throw new ConninfoFault.Invalid("A word in the connection string has no '=' after it",
                    Keyword.named(key).map(known -> "'" + known.text() + "'").orElse("character " + (from + 1)));
        }
        at++;
        return key;
    }

    private String bare() {
        var value = new StringBuilder();
        while (at < text.length() && !isSpace()) {
            value.append(character());
        }
        return value.toString();
    }

    private String quoted(String key) {
        var value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '\'') {
            value.append(character());
        }
        if (at == text.length()) {
            throw new ConninfoFault.Invalid("A quoted value in the connection string does not end", "'" + key + "'");
        }
        at++;
        return value.toString();
    }

    /** One character, or the one that a backslash protects; a backslash at the very end stands for nothing. */
    private String character() {
        if (text.charAt(at) == '\\') {
            at++;
        }
        return at < text.length() ? String.valueOf(text.charAt(at++)) : "";
    }

    private void skipSpaces() {
        while (at < text.length() && isSpace()) {
            at++;
        }
    }

    private boolean isSpace() {
        return SPACES.indexOf(text.charAt(at)) >= 0;
    }
}
