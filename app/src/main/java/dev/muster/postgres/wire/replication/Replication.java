// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The replication commands of a server from version 15. The connection must be one of replication, of either kind; it
 * stays the caller's to close.
 */
public final class Replication {

    private static final int MAJOR_MIN = 15;
    private static final int MAJOR_INCREMENTAL_MIN = 17;
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final String UNDEFINED_FILE = "58P01";

    private final WireConnection connection;

    /**
     * @param connection a replication connection
     * @throws WireFault.Unsupported if the server is older than version 15
     */
    public Replication(WireConnection connection) {
        this.connection = connection;
        requireMajor(MAJOR_MIN, "The server is older than version 15");
    }

    private void requireMajor(int major, String otherwise) {
        if (connection.serverVersion().major() < major) {
            throw new WireFault.Unsupported(otherwise, connection.host() + ", version " + connection.serverVersion());
        }
    }

    /** Which cluster this is, on which timeline, and how far its log is flushed. */
    public SystemIdentity identifySystem() {
        var answer = answer("IDENTIFY_SYSTEM");
        return new SystemIdentity(answer.required("systemid", SystemId::parse),
                answer.required("timeline", TimelineId::parse), answer.required("xlogpos", Lsn::parse));
    }

    /** The value of a run-time parameter. */
    public String show(String parameter) {
        if (!PARAMETER.matcher(parameter).matches()) {
            throw new IllegalArgumentException("not the name of a parameter: '" + parameter + "'");
        }
        return answer("SHOW " + parameter).required(parameter, text -> text);
    }

    /** How large the segments of this cluster are. */
    public WalSegmentSize walSegmentSize() {
        var answer = answer("SHOW wal_segment_size");
        return answer.required("wal_segment_size", WalSegmentSize::parse);
    }

    /**
     * Creates a physical slot that keeps the log from now on.
     *
     * @param slot its name
     * @param temporary whether it goes with this connection
     * @throws WireFault.ServerError with SQLSTATE 42710 if there is one of this name
     */
    public void createPhysicalSlot(SlotName slot, boolean temporary) {
        connection.query("CREATE_REPLICATION_SLOT " + slot.quoted() + (temporary ? " TEMPORARY" : "")
                + " PHYSICAL (RESERVE_WAL)");
    }

    /** A physical slot as it is; nothing if there is none of this name. */
    public Optional<SlotState> readSlot(SlotName slot) {
        var answer = answer("READ_REPLICATION_SLOT " + slot.quoted());
        return answer.optional("slot_type", text -> text)
                .map(type -> new SlotState(answer.optional("restart_lsn", Lsn::parse),
                        answer.optional("restart_tli", TimelineId::parse)));
    }

    /** Drops a slot; the log that it kept goes too. */
    public void dropSlot(SlotName slot) {
        connection.query("DROP_REPLICATION_SLOT " + slot.quoted());
    }

    /** The history of a timeline; nothing for the first, which has none, or if the server does not have it. */
    public Optional<TimelineHistory> timelineHistory(TimelineId timeline) {
        try {
            var row = answer("TIMELINE_HISTORY " + timeline).row();
            var name = row.text(0);
            var contents = row.bytes(1);
            if (name == null || contents == null || !name.equals(timeline.historyFileName())) {
                throw new WireFault.Protocol("The server's answer is not the timeline's history", server());
            }
            return Optional.of(new TimelineHistory(name, contents));
        } catch (WireFault.ServerError e) {
            if (e.serverMessage().sqlState().equals(UNDEFINED_FILE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Streams the log. Until the stream is over the connection does nothing else.
     *
     * @param slot the slot that keeps the log meanwhile; nothing for none
     * @param from where to begin, usually the start of a segment
     * @param timeline along which timeline
     * @throws WireFault.ServerError if the server cannot stream this timeline; that it does not have the log from there
     * on it says only when the stream is read
     */
    public WalStream stream(Optional<SlotName> slot, Lsn from, TimelineId timeline) {
        var command = "START_REPLICATION " + slot.map(name -> "SLOT " + name.quoted() + " ").orElse("")
                + "PHYSICAL " + from + " TIMELINE " + timeline;
        return new WalStream(connection, connection.copyBoth(command), from);
    }

    /**
     * Takes a base backup.
     *
     * @param request what it shall be like
     * @param silenceMax how long the server may say nothing: a spread checkpoint takes minutes before the first word
     * @param reader consumes it
     * @return its end: only a backup for which this returns has been taken
     * @throws WireFault.ServerError if the server reports an error, at whatever point
     */
    public BackupEnd baseBackup(BaseBackupRequest request, Duration silenceMax, BackupReader reader) {
        var reply = new BackupReply(connection, reader);
        connection.copyOut(request.command(), silenceMax, reply);
        return reply.end();
    }

    /** Uploads the manifest of the backup that an incremental one on this connection shall be based on: version 17. */
    public void uploadManifest(InputStream manifest) {
        requireMajor(MAJOR_INCREMENTAL_MIN, "Servers take incremental backups from version 17 on");
        connection.copyIn("UPLOAD_MANIFEST", manifest);
    }

    private Answer answer(String command) {
        return Answer.of(connection, connection.query(command));
    }

    private String server() {
        return connection.host().toString();
    }
}
