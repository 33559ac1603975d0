// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.wire.CString;
import dev.muster.postgres.wire.CopyReader;
import dev.muster.postgres.wire.QueryResult;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answer to BASE_BACKUP apart (servers from version 15): the start, the tablespaces, one copy whose messages
 * begin with what they are, the end.
 */
final class BackupReply implements CopyReader {

    private enum Stage {
        START, TABLESPACES, COPY, ARCHIVE, MANIFEST, END, COMPLETE
    }

    private static final Pattern ARCHIVE_NAME = Pattern.compile("(base|[1-9][0-9]{0,9})\\.tar");

    private final WireConnection connection;
    private final BackupReader reader;
    private Stage stage = Stage.START;
    private @Nullable BackupEnd start;
    private @Nullable BackupEnd end;

    BackupReply(WireConnection connection, BackupReader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /** The end, once the server is ready for the next command. */
    BackupEnd end() {
        if (end == null) {
            throw violation("The server's answer to BASE_BACKUP is incomplete");
        }
        return end;
    }

    @Override
    public void result(QueryResult result) {
        if (result.columns().isEmpty()) {
            return; // the command's own completion
        }
        switch (stage) {
            case START -> {
                start = position(result);
                stage = Stage.TABLESPACES;
            }
            case TABLESPACES -> tablespaces(result);
            case END -> {
                end = position(result);
                stage = Stage.COMPLETE;
            }
            case COPY, ARCHIVE, MANIFEST, COMPLETE -> throw violation("The server sends a result too many");
        }
    }

    private BackupEnd position(QueryResult result) {
        var answer = Answer.of(connection, List.of(result));
        return new BackupEnd(answer.required("recptr", Lsn::parse), answer.required("tli", TimelineId::parse));
    }

    private void tablespaces(QueryResult result) {
        var tablespaces = result.rows().stream().map(this::tablespace).toList();
        if (start == null) {
            throw violation("The server does not say where the backup starts");
        }
        stage = Stage.COPY;
        reader.begins(new BackupStart(start.position(), start.timeline(), tablespaces));
    }

    private BackupStart.Tablespace tablespace(Row row) {
        var answer = new Answer(connection.host().toString(), row);
        return new BackupStart.Tablespace(number(answer, "spcoid"),
                answer.optional("spclocation", text -> text).orElse(""), number(answer, "size"));
    }

    private static OptionalLong number(Answer answer, String column) {
        return answer.optional(column, Long::valueOf).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override
    public void begins() {
        if (stage != Stage.COPY) {
            throw violation("The server sends archives before it says what they are, or twice");
        }
    }

    @Override
    public void data(ByteBuffer bytes) {
        var type = bytes.hasRemaining() ? bytes.get() : 0;
        switch (type) {
            case 'd' -> data(bytes, stage);
            case 'n' -> archive(bytes);
            case 'p' -> progress(bytes);
            case 'm' -> manifest(bytes);
            default -> throw violation("The server sends something unknown in a base backup");
        }
    }

    private void data(ByteBuffer bytes, Stage of) {
        switch (of) {
            case ARCHIVE -> reader.archiveBytes(bytes);
            case MANIFEST -> reader.manifestBytes(bytes);
            case START, TABLESPACES, COPY, END, COMPLETE -> throw violation("The server sends bytes of no archive");
        }
    }

    private void archive(ByteBuffer bytes) {
        var name = string(bytes);
        var location = string(bytes);
        if (stage == Stage.MANIFEST || bytes.hasRemaining() || !ARCHIVE_NAME.matcher(name).matches()) {
            throw violation("The server begins an archive that cannot be");
        }
        stage = Stage.ARCHIVE;
        reader.archiveBegins(name, location);
    }

    private void progress(ByteBuffer bytes) {
        if (bytes.remaining() != Long.BYTES) {
            throw violation("The server's progress is not a number");
        }
        reader.progress(bytes.getLong());
    }

    private void manifest(ByteBuffer bytes) {
        if (stage != Stage.ARCHIVE || bytes.hasRemaining()) {
            throw violation("The server begins a manifest where there cannot be one");
        }
        stage = Stage.MANIFEST;
        reader.manifestBegins();
    }

    @Override
    public void ends() {
        if (stage != Stage.ARCHIVE && stage != Stage.MANIFEST) {
            throw violation("The server ends a base backup without an archive");
        }
        stage = Stage.END;
    }

    private String string(ByteBuffer bytes) {
        return CString.take(bytes).orElseThrow(() -> violation("A name in a base backup does not end"));
    }

    private WireFault violation(String what) {
        return new WireFault.Protocol(what, connection.host().toString());
    }
}
