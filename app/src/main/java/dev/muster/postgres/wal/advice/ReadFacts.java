// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.postgres.wal.receive.Standing;
import dev.muster.postgres.wire.QueryResult;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.WireConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a server for the facts. Any user that may connect can be used; what it may not see is unknown. */
public final class ReadFacts {

    private static final String DEVIATIONS = """
            select case when s.setrole = 0 and s.setdatabase = 0 then 'all roles'
                        when s.setrole = 0 then 'database ' || d.datname
                        when s.setdatabase = 0 then 'role ' || r.rolname
                        else 'role ' || r.rolname || ' in database ' || d.datname end,
                   substr(c.setting, 20)
            from pg_catalog.pg_db_role_setting s
            cross join lateral unnest(s.setconfig) as c(setting)
            left join pg_catalog.pg_database d on d.oid = s.setdatabase
            left join pg_catalog.pg_roles r on r.oid = s.setrole
            where c.setting like 'synchronous\\_commit=%' order by 1""";

    private final WireConnection connection;
    private final String applicationName;

    /**
     * @param connection for SQL
     * @param applicationName of the receiver
     */
    public ReadFacts(WireConnection connection, String applicationName) {
        this.connection = connection;
        this.applicationName = applicationName;
    }

    public Facts read() {
        return new Facts(setting("synchronous_standby_names"), standing(), setting("synchronous_commit"),
                deviations(), dataDirectory());
    }

    private List<Facts.Deviation> deviations() {
        var deviations = new ArrayList<Facts.Deviation>();
        for (var row : rows(DEVIATIONS)) {
            deviations.add(new Facts.Deviation(text(row, 0), text(row, 1)));
        }
        return deviations;
    }

    private Optional<String> dataDirectory() {
        var rows = rows("select setting from pg_catalog.pg_settings where name = 'data_directory'");
        return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.getFirst().text(0));
    }

    /** What the receiver is to the server now. */
    public Standing standing() {
        var rows = rows("select state, sync_state from pg_catalog.pg_stat_replication where application_name = "
                + quoted(applicationName)
                + " or application_name is null order by state = 'streaming' desc nulls last");
        if (rows.isEmpty()) {
            return Standing.ABSENT;
        }
        var state = rows.getFirst().text(0);
        if (state == null) {
            return Standing.UNKNOWN;
        }
        return state.equals("streaming") ? standing(text(rows.getFirst(), 1)) : Standing.CATCHING_UP;
    }

    private static Standing standing(String syncState) {
        return switch (syncState) {
            case "sync" -> Standing.SYNC;
            case "quorum" -> Standing.QUORUM;
            case "potential" -> Standing.POTENTIAL;
            case "async" -> Standing.ASYNC;
            default -> Standing.UNKNOWN;
        };
    }

    private String setting(String name) {
        return text(rows("select pg_catalog.current_setting('" + name + "')").getFirst(), 0);
    }

    private List<Row> rows(String sql) {
        List<QueryResult> results = connection.query(sql);
        return results.getFirst().rows();
    }

    private static String text(Row row, int column) {
        var text = row.text(column);
        return text == null ? "" : text;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
