// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A real server that a test uses, ready. It trusts whoever connects, and runs with fsync and full_page_writes on.
 *
 * @param installation whose programs it runs
 * @param server the server
 */
public record TestServer(Installation installation, RunningServer server) implements AutoCloseable {

    /** The URL of one of its databases for pgjdbc: over TCP if it listens there, else over its Unix socket. */
    public String jdbcUrl(String database) {
        var address = server.address();
        var url = "jdbc:postgresql://" + ServerAddress.TCP_HOST + ":" + address.port() + "/" + database
                + "?user=postgres&sslmode=disable&gssEncMode=disable";
        return address.tcp()
                ? url
                : url + "&socketFactory=" + UnixSockets.class.getName() + "&socketFactoryArg="
                        + address.socketFile();
    }

    /** A connection of its superuser to the database postgres. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl("postgres"));
    }

    /** Executes statements, each in a transaction of its own. */
    public void execute(String... statements) throws SQLException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of what a query returns, as text. */
    public List<String> query(String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Override
    public void close() {
        server.close();
    }
}
