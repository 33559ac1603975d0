// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small clinic's database, generated on the server from a seed: the same seed and size give the same rows.
 *
 * @param seed what every value is derived from
 * @param visits how many visits there are; the other tables follow from it. One visit is about 1.1 KB of database
 */
public record Clinic(long seed, long visits) {

    static final long BYTES_PER_VISIT = 1_100;
    private static final String EPOCH = "timestamptz '2026-01-05 08:00:00+00'";

    /** A clinic whose database is about this large. */
    public static Clinic ofSize(long seed, long bytes) {
        return new Clinic(seed, Math.max(1_000, bytes / BYTES_PER_VISIT));
    }

    /** Makes the tables and their rows. */
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(schema());
            for (String insert : inserts().values()) {
                statement.execute(insert);
            }
            statement.execute("ANALYZE");
        }
    }

    /** How many rows each table has after {@link #create}; the writers add to the last two. */
    public Map<String, Long> rowCounts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("organizations", organizations());
        counts.put("users", users());
        counts.put("clients", clients());
        counts.put("caregivers", caregivers());
        counts.put("patients", clients());
        counts.put("appointments", visits);
        counts.put("visits", visits);
        counts.put("prescriptions", visits / 2);
        return counts;
    }

    /** What the database says about its own size, in bytes. */
    public static long bytesOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(pg_database_size(oid)) FROM pg_database")) {
            row.next();
            return row.getLong(1);
        }
    }

    long patients() {
        return clients();
    }

    long users() {
        return 10 + visits / 500;
    }

    private long organizations() {
        return 3;
    }

    private long clients() {
        return 50 + visits / 20;
    }

    private long caregivers() {
        return 8 + visits / 800;
    }

    private Map<String, String> inserts() {
        Map<String, String> inserts = new LinkedHashMap<>();
        insert(inserts, "organizations", organizations(), "n, 'Clinic ' || n, " + EPOCH);
        insert(inserts, "users", users(), "n, 1 + n % " + organizations() + ", 'user' || n || '@clinic.example', "
                + "(ARRAY['admin','nurse','doctor','billing'])[1 + n % 4], " + EPOCH);
        insert(inserts, "clients", clients(), "n, 1 + n % " + organizations() + ", " + hash("client")
                + "::uuid, 'Client ' || n, " + EPOCH + " + n * interval '1 minute'");
        insert(inserts, "caregivers", caregivers(), "n, 1 + n % " + organizations() + ", 1 + n % " + users()
                + ", 'Caregiver ' || n");
        insert(inserts, "patients", clients(), "n, n, date '1940-01-01' + (n % 25000)::int, jsonb_build_object("
                + "'allergy', " + hash("allergy") + ", 'conditions', n % 7)");
        insert(inserts, "appointments", visits, "n, 1 + n % " + clients() + ", 1 + n % " + caregivers() + ", " + EPOCH
                + " + n * interval '7 minutes', (ARRAY['scheduled','confirmed','cancelled','completed'])[1 + n % 4]");
        insert(inserts, "visits", visits, "n, n, " + EPOCH + " + n * interval '7 minutes', " + EPOCH
                + " + n * interval '7 minutes' + interval '45 minutes', 40 + (n % 9973) / 9973.0, "
                + "-70 + (n % 7919) / 7919.0, " + notes());
        insert(inserts, "prescriptions", visits / 2, "n, 1 + n % " + clients() + ", " + hash("drug")
                + ", 5 * (1 + n % 40)::int, " + EPOCH + " + n * interval '11 minutes'");
        return inserts;
    }

    /** About 600 bytes that compress as notes of people do: half words, half not. */
    private String notes() {
        return "repeat('The patient was seen at home and is doing well. ', 3 + (n % 4)::int) || " + hash("a") + " || "
                + hash("b") + " || ' blood pressure ' || (100 + n % 60) || ' pulse ' || (55 + n % 50) || "
                + hash("c") + " || " + hash("d");
    }

    private String hash(String salt) {
        return "md5('" + seed + salt + "' || n)";
    }

    private static void insert(Map<String, String> inserts, String table, long rows, String values) {
        inserts.put(table, "INSERT INTO " + table + " SELECT " + values + " FROM generate_series(1, " + rows + ") n");
    }

    private static String schema() {
        try (InputStream sql = Clinic.class.getResourceAsStream("clinic.sql")) {
            if (sql == null) {
                throw new IllegalStateException("clinic.sql is not beside its class");
            }
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
