// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

/** The part of a document that this program writes: between two comments. */
final class Markers {

    private Markers() {}

    static String begin(String name) {
        return "<!-- bench: " + name + " -->";
    }

    static String end(String name) {
        return "<!-- bench: end of " + name + " -->";
    }

    /** Puts a text between the markers of this name. Throws IllegalArgumentException unless each is there exactly once, in order. */
    static String replace(String document, String name, String text) {
        var begin = only(document, begin(name)) + begin(name).length();
        var end = only(document, end(name));
        if (end < begin) {
            throw new IllegalArgumentException("the markers of " + name + " stand in the wrong order");
        }
        return document.substring(0, begin) + "\n" + text.strip() + "\n" + document.substring(end);
    }

    private static int only(String document, String marker) {
        var at = document.indexOf(marker);
        if (at < 0 || document.indexOf(marker, at + 1) >= 0) {
            throw new IllegalArgumentException("'" + marker + "' must be there once");
        }
        return at;
    }
}
