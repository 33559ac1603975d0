// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

/** One place that breaks a rule, and what to do instead. Lines count from 1; 0 means the whole file. */
record Violation(String file, long line, String text) {

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + text;
    }
}
