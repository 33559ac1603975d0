// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.wire.QueryResult;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one row that a replication command answers with. What is missing or cannot be read is the server's fault.
 *
 * @param server the server, for messages
 * @param row the row
 */
record Answer(String server, Row row) {

    /** The first row of the first result that has one. */
    static Answer of(WireConnection connection, List<QueryResult> results) {
        var server = connection.host().toString();
        return results.stream().filter(result -> !result.rows().isEmpty()).findFirst()
                .map(result -> new Answer(server, result.rows().getFirst()))
                .orElseThrow(() -> new WireFault.Protocol("The server's answer has no row", server));
    }

    /** A value that must be there. */
    <T> T required(String column, Function<String, T> parse) {
        return optional(column, parse)
                .orElseThrow(() -> new WireFault.Protocol("The server's answer has no value for " + column, server));
    }

    /** A value that may be null. */
    <T> Optional<T> optional(String column, Function<String, T> parse) {
        try {
            var text = row.text(column);
            return text == null ? Optional.empty() : Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            throw new WireFault.Protocol("The server's answer has no plausible value for " + column, server, e);
        }
    }
}
