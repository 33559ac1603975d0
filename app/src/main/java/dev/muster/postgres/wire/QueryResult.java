// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.util.List;

/**
 * The answer to one statement.
 *
 * @param columns its columns; none for a statement that returns no rows
 * @param rows its rows
 * @param tag what the server says that it did: {@code SELECT 3}; empty for an empty statement
 */
public record QueryResult(List<Column> columns, List<Row> rows, String tag) {

    public QueryResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
