// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown. */
final class Grid {

    /** Where there is nothing to say. */
    static final String NOTHING = "–";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    Grid(String... titles) {
        columns = titles.length;
        row(titles);
    }

    void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
        }
        rows.add(List.of(cells));
    }

    String text() {
        var text = new StringBuilder();
        for (var row : rows) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
            if (text.indexOf("\n") == text.length() - 1) {
                text.append("|---".repeat(columns)).append("|\n");
            }
        }
        return text.toString();
    }
}
