// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code backup_label}: where replay of a backup begins. Source of the layout: xlogbackup.c, build_backup_content.
 *
 * @param start where replay begins
 * @param checkpoint where the record of the checkpoint lies that replay begins from
 * @param timeline of both
 * @param fromStandby whether the backup was taken from a standby
 * @param label the text that the backup was taken under
 */
public record BackupLabel(Lsn start, Lsn checkpoint, TimelineId timeline, boolean fromStandby, String label) {

    /** Below the data directory. */
    public static final String PATH = "backup_label";

    /** A label is a handful of lines of text. */
    public static final int BYTES_MAX = 16 * 1024;

    /** Reads a whole file. */
    public static BackupLabel parse(byte[] bytes) {
        Map<String, String> values = new HashMap<>();
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> {
            var colon = line.indexOf(": ");
            if (colon > 0) {
                values.putIfAbsent(line.substring(0, colon), line.substring(colon + 2));
            }
        });
        if (values.containsKey("INCREMENTAL FROM LSN")) {
            throw new DataDirectoryFault.Damaged(PATH, "it is that of an incremental backup");
        }
        try {
            return new BackupLabel(Lsn.parse(firstWord(value(values, "START WAL LOCATION"))),
                    Lsn.parse(value(values, "CHECKPOINT LOCATION")), TimelineId.parse(value(values, "START TIMELINE")),
                    value(values, "BACKUP FROM").equals("standby"), value(values, "LABEL"));
        } catch (IllegalArgumentException e) {
            throw new DataDirectoryFault.Damaged(PATH, e.toString());
        }
    }

    private static String firstWord(String text) {
        var space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    private static String value(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new DataDirectoryFault.Damaged(PATH, "it lacks " + name);
        }
        return value;
    }
}
