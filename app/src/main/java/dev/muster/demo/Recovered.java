// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads from a recovered server all that a verdict needs, and compares every commit with what was sent. */
final class Recovered {

    private final Connection connection;
    private final Clinic clinic;

    Recovered(Connection connection, Clinic clinic) {
        this.connection = connection;
        this.clinic = clinic;
    }

    /**
     * How many commits of this writer are there.
     *
     * @throws Mismatch if they are not exactly 1 to n, each with both its rows and the content that was sent
     */
    int commits(int writer) throws SQLException {
        Map<Long, String> audits = proofs("SELECT sequence, detail->>'proof' FROM audit_log WHERE writer = ?", writer);
        Map<Long, String> records = proofs("SELECT sequence, proof FROM evv_records WHERE writer = ?", writer);
        if (!audits.equals(records)) {
            throw new Mismatch("writer " + writer + " has commits of which only half is there");
        }
        for (long sequence = 1; sequence <= records.size(); sequence++) {
            if (!Writer.proof(clinic.seed(), writer, sequence).equals(records.get(sequence))) {
                throw new Mismatch("commit " + sequence + " of writer " + writer + " is missing or not what was sent");
            }
        }
        return records.size();
    }

    /** The loaded tables whose number of rows is not what was loaded. */
    List<String> wrongCounts() throws SQLException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Long> table : clinic.rowCounts().entrySet()) {
            long rows = number("SELECT count(*) FROM " + table.getKey());
            if (rows != table.getValue()) {
                wrong.add(table.getKey() + ": " + rows + " rows, " + table.getValue() + " were loaded");
            }
        }
        return wrong;
    }

    /** Foreign keys with rows that point to nothing, found by asking, not by trusting the constraint. */
    List<String> orphans() throws SQLException {
        List<String> orphans = new ArrayList<>();
        for (String[] key : foreignKeys()) {
            long count = number("SELECT count(*) FROM " + key[0] + " c LEFT JOIN " + key[2] + " p ON c." + key[1]
                    + " = p.id WHERE p.id IS NULL");
            if (count != 0) {
                orphans.add(key[0] + "." + key[1] + ": " + count + " rows point to no row of " + key[2]);
            }
        }
        return orphans;
    }

    private List<String[]> foreignKeys() throws SQLException {
        List<String[]> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT c.conrelid::regclass::text, a.attname,"
                        + " c.confrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a"
                        + " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f' ORDER BY 1, 2")) {
            while (rows.next()) {
                keys.add(new String[]{rows.getString(1), rows.getString(2), rows.getString(3)});
            }
        }
        if (keys.isEmpty()) {
            throw new Mismatch("the recovered database has no foreign keys");
        }
        return keys;
    }

    private Map<Long, String> proofs(String sql, int writer) throws SQLException {
        Map<Long, String> proofs = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, writer);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (proofs.put(rows.getLong(1), rows.getString(2)) != null) {
                        throw new Mismatch("commit " + rows.getLong(1) + " of writer " + writer + " is there twice");
                    }
                }
            }
        }
        return proofs;
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What came back is not what was there. */
    static final class Mismatch extends SQLException {
        private static final long serialVersionUID = 1;

        Mismatch(String what) {
            super(what);
        }
    }
}
