// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One writer: commits numbers 1, 2, 3… in order, each in a transaction of its own, and remembers which of them the
 * server acknowledged and when. One thread runs it, others may ask.
 */
final class Writer {

    private final int number;
    private final Clinic clinic;
    private final LongSupplier nanoTime;
    private long[] acknowledgedAt = new long[1 << 12];
    private int acknowledged;
    private boolean outcomeUnknown;
    private @Nullable String end;

    Writer(int number, Clinic clinic, LongSupplier nanoTime) {
        this.number = number;
        this.clinic = clinic;
        this.nanoTime = nanoTime;
    }

    int number() {
        return number;
    }

    /** Commits until told to stop, or until the server is gone: what was in flight then has an unknown outcome. */
    void run(Connection connection, AtomicBoolean stop) {
        try (PreparedStatement record = connection.prepareStatement("INSERT INTO evv_records (patient_id, writer,"
                + " sequence, proof) VALUES (?, ?, ?, ?)");
                PreparedStatement audit = connection.prepareStatement("INSERT INTO audit_log (user_id, writer,"
                        + " sequence, action, detail) VALUES (?, ?, ?, 'record', jsonb_build_object('proof', ?))")) {
            connection.setAutoCommit(false);
            while (!stop.get()) {
                commit(connection, record, audit, acknowledged() + 1);
            }
        } catch (SQLException e) {
            ended(e);
        }
    }

    private void commit(Connection connection, PreparedStatement record, PreparedStatement audit, long sequence)
            throws SQLException {
        String proof = proof(clinic.seed(), number, sequence);
        record.setLong(1, 1 + Math.floorMod(sequence * 31 + number, clinic.patients()));
        record.setInt(2, number);
        record.setLong(3, sequence);
        record.setString(4, proof);
        record.executeUpdate();
        audit.setLong(1, 1 + Math.floorMod(sequence, clinic.users()));
        audit.setInt(2, number);
        audit.setLong(3, sequence);
        audit.setString(4, proof);
        audit.executeUpdate();
        sent();
        connection.commit();
        acknowledge();
    }

    /** What commit number {@code sequence} of a writer leaves behind: nothing else may appear under its number. */
    static String proof(long seed, int writer, long sequence) {
        return seed + ":" + writer + ":" + Long.toHexString((seed + writer) * 0x9E3779B97F4A7C15L ^ sequence
                * 0xC2B2AE3D27D4EB4FL);
    }

    private synchronized void ended(SQLException why) {
        end = why.getSQLState() == null ? "no state" : why.getSQLState();
    }

    /** The SQLSTATE that ended this writer before it was told to stop. */
    synchronized Optional<String> end() {
        return Optional.ofNullable(end);
    }

    private synchronized void sent() {
        outcomeUnknown = true;
    }

    private synchronized void acknowledge() {
        if (acknowledged == acknowledgedAt.length) {
            acknowledgedAt = Arrays.copyOf(acknowledgedAt, acknowledged * 2);
        }
        acknowledgedAt[acknowledged++] = nanoTime.getAsLong();
        outcomeUnknown = false;
    }

    /** How many commits the server has acknowledged: all from 1 to this. */
    synchronized int acknowledged() {
        return acknowledged;
    }

    /** Whether one more was sent to commit and the server never said how it ended. */
    synchronized boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    /** When commit number {@code sequence}, from 1, was acknowledged: the injected clock's nanoseconds. */
    synchronized long acknowledgedAt(int sequence) {
        if (sequence < 1 || sequence > acknowledged) {
            throw new IllegalArgumentException("commit " + sequence + " of " + acknowledged);
        }
        return acknowledgedAt[sequence - 1];
    }
}
