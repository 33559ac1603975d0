// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import dev.muster.demo.Clinic;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** The kinds of data. The same seed and size give the same rows, and the same changes day by day. */
enum Dataset {

    /** The clinic of the demonstration: texts, times, identifiers; about 3 to 1 with zstd. */
    CLINIC {
        @Override
        void create(Connection connection, long seed, long bytes) throws SQLException {
            Clinic.ofSize(seed, bytes).create(connection);
        }

        @Override
        List<String> churn(Day day) {
            var other = "overlay(notes placing md5('" + day.seed() + "-" + day.number() + "-' || id) "
                    + "from length(notes) - 31)";
            var added = "WHERE id <= (SELECT count(*) FROM visits) * " + day.percent() / 200;
            return List.of("UPDATE visits SET notes = " + other + " WHERE " + day.chosen("visits"),
                    "CREATE TEMPORARY TABLE added ON COMMIT DROP AS SELECT max(id) AS after FROM visits",
                    "INSERT INTO appointments SELECT after + id, patient_id, caregiver_id, planned_at, status "
                            + "FROM appointments, added " + added,
                    "INSERT INTO visits SELECT after + id, after + appointment_id, started_at, ended_at, latitude, longitude, "
                            + other + " FROM visits, added " + added);
        }

        @Override
        String fingerprint() {
            return "SELECT count(*) || ' visits, ' || sum(hashtext(v::text)::bigint) FROM visits v";
        }

        @Override
        String table() {
            return "visits";
        }
    },

    /** Rows of a number and 1,984 bytes in which nothing repeats: hashes of numbers. */
    NOISE {
        @Override
        void create(Connection connection, long seed, long bytes) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE noise (id bigint PRIMARY KEY, filler bytea NOT NULL)");
                statement.execute("ALTER TABLE noise ALTER filler SET STORAGE PLAIN");
                statement.execute("INSERT INTO noise SELECT id, " + filler(seed, 0) + " FROM generate_series(1, "
                        + Math.max(1, bytes / BYTES_PER_ROW) + ") id");
            }
        }

        @Override
        List<String> churn(Day day) {
            return List.of("UPDATE noise SET filler = " + filler(day.seed(), day.number()) + " WHERE "
                    + day.chosen("noise"),
                    "INSERT INTO noise SELECT after + id, " + filler(day.seed(), day.number()) + " FROM noise, "
                            + "(SELECT max(id) AS after FROM noise) a WHERE id <= (SELECT count(*) FROM noise) * "
                            + day.percent() / 200);
        }

        @Override
        String fingerprint() {
            return "SELECT count(*) || ' rows, ' || sum(hashtext(left(encode(filler, 'hex'), 64))::bigint) FROM noise";
        }

        @Override
        String table() {
            return "noise";
        }

        private String filler(long seed, int day) {
            return "(SELECT string_agg(sha512(('" + seed + "-" + day + "-' || id || '-' || part)::bytea), ''::bytea) "
                    + "FROM generate_series(1, 31) part)";
        }
    };

    /** Four rows fill a page. */
    private static final long BYTES_PER_ROW = 2048;

    /**
     * What changes on one day: so many of a hundred rows, four of five of them among the newest tenth; and half as many are
     * added.
     */
    record Day(long seed, int number, double percent) {

        /** A condition that holds for rows by a hash of their number, so that each run chooses the same. */
        String chosen(String table) {
            return String.format(Locale.ROOT, "(hashint8extended(id, %d) & 1048575) < 1048576 * "
                    + "CASE WHEN id > 0.9 * (SELECT max(id) FROM %s) THEN %.6f ELSE %.6f END",
                    seed + number, table, percent / 100 * 0.8 / 0.1, percent / 100 * 0.2 / 0.9);
        }
    }

    abstract void create(Connection connection, long seed, long bytes) throws SQLException;

    /** The statements of a day, for one transaction. */
    abstract List<String> churn(Day day);

    /** A query whose one text differs if a row does. */
    abstract String fingerprint();

    /** Its largest table. */
    abstract String table();

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Dataset of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
