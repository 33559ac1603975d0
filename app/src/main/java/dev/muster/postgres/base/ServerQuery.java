// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.wire.CopyReader;
import dev.muster.postgres.wire.QueryResult;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.WireConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks a server through an SQL session. */
final class ServerQuery {

    /** A catalogue of a million relations takes seconds. */
    private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

    private final WireConnection connection;

    ServerQuery(WireConnection connection) {
        this.connection = connection;
    }

    /** The rows of a query. */
    List<Row> rows(String sql) {
        return connection.query(sql).stream().map(QueryResult::rows).flatMap(List::stream).toList();
    }

    /** The first value of the first row; nothing for SQL's null or if there is no row. */
    Optional<String> value(String sql) {
        return rows(sql).stream().findFirst().map(row -> row.text(0));
    }

    /** A text as SQL has it. */
    static String literal(String text) {
        var quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /**
     * Writes each row of a query into a document as a JSON object of one line. JSON holds no control characters, so that
     * copying them as CSV between such characters leaves the text as it is.
     *
     * @param sql a query with one table alias, {@code x}, whose rows are meant
     */
    void copyJson(String sql, SnapshotFiles.OpenFile into) throws InterruptedException {
        var copy = "copy (select to_jsonb(x) from (" + sql
                + ") x) to stdout with (format csv, quote e'\\x01', delimiter e'\\x02')";
        try {
            connection.copyOut(copy, SILENCE_MAX, new Lines(into));
        } catch (Cancelled e) {
            throw e.interruption();
        }
    }

    private record Lines(SnapshotFiles.OpenFile into) implements CopyReader {

        @Override
        public void data(ByteBuffer bytes) {
            try {
                into.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            } catch (InterruptedException e) {
                throw new Cancelled(e);
            }
        }
    }
}
