// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a base backup shall be like. Without anything said: a spread checkpoint, no log in the archives, the server waits
 * for its archiver, page checksums are verified, and there is no manifest. Each method returns a request that says one
 * thing more.
 */
public final class BaseBackupRequest {

    private static final int RATE_KIB_MIN = 32;
    private static final int RATE_KIB_MAX = 1_048_576;
    private static final int LABEL_CHARACTERS_MAX = 255;

    /** How the manifest checks files. */
    public enum ManifestChecksum {
        NONE, CRC32C, SHA224, SHA256, SHA384, SHA512
    }

    private final Map<String, String> options;

    private BaseBackupRequest(Map<String, String> options) {
        this.options = options;
    }

    /**
     * A backup under a label, which is kept in backup_label.
     *
     * @param label up to 255 printable characters
     */
    public static BaseBackupRequest labelled(String label) {
        if (label.length() > LABEL_CHARACTERS_MAX || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a label for a base backup");
        }
        return new BaseBackupRequest(Map.of()).with("LABEL", literal(label)).with("MANIFEST", literal("no"));
    }

    /** The checkpoint at the beginning is done as fast as the server can. */
    public BaseBackupRequest fastCheckpoint() {
        return with("CHECKPOINT", literal("fast"));
    }

    /** The server estimates the size first and reports progress. */
    public BaseBackupRequest progress() {
        return with("PROGRESS", "true");
    }

    /** The log that the backup needs is put at the end of its last archive. */
    public BaseBackupRequest includeWal() {
        return with("WAL", "true");
    }

    /** The server does not wait until its archiver has the log: the client gets it in some other way. */
    public BaseBackupRequest withoutWaitingForArchive() {
        return with("WAIT", "false");
    }

    /** The file tablespace_map is in the archive, for tablespaces that move when they are restored. */
    public BaseBackupRequest tablespaceMap() {
        return with("TABLESPACE_MAP", "true");
    }

    /** Pages whose checksum is wrong are no failure of the backup. */
    public BaseBackupRequest withoutVerifyingChecksums() {
        return with("VERIFY_CHECKSUMS", "false");
    }

    /** The server sends no faster than this, in KiB a second, 32 to 1048576. */
    public BaseBackupRequest rateMax(int kibPerSecond) {
        if (kibPerSecond < RATE_KIB_MIN || kibPerSecond > RATE_KIB_MAX) {
            throw new IllegalArgumentException("a server cannot be held to " + kibPerSecond + " KiB a second");
        }
        return with("MAX_RATE", String.valueOf(kibPerSecond));
    }

    /** The server sends a manifest, with checksums of this kind. */
    public BaseBackupRequest manifest(ManifestChecksum checksum) {
        return with("MANIFEST", literal("yes")).with("MANIFEST_CHECKSUMS", literal(checksum.name()));
    }

    /**
     * The server sends only what has changed since the backup whose manifest was uploaded before on the same
     * connection: servers from version 17 with summarize_wal.
     */
    public BaseBackupRequest incremental() {
        return with("INCREMENTAL", "true");
    }

    private BaseBackupRequest with(String option, String value) {
        var more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new BaseBackupRequest(more);
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The command, in the form that servers from version 15 take. */
    String command() {
        return options.entrySet().stream().map(option -> option.getKey() + " " + option.getValue())
                .collect(Collectors.joining(", ", "BASE_BACKUP (", ")"));
    }

    @Override
    public String toString() {
        return command();
    }
}
