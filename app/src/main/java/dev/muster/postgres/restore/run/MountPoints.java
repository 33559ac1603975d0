// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells directories on which something is mounted: those cannot be renamed. Source of the format: proc_pid_mountinfo(5).
 *
 * @param table where the kernel lists them; elsewhere than on Linux it is not there
 */
record MountPoints(Path table) {

    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int POINT = 4;
    private static final int OCTAL = 8;

    /** Those of this process. */
    static MountPoints ours() {
        return new MountPoints(Path.of("/proc/self/mountinfo"));
    }

    /** Whether something is mounted just there. */
    boolean include(Path directory) {
        return DurableFiles.on(directory, "see whether something is mounted on it", () -> {
            var real = directory.toRealPath();
            return real.getParent() == null || (Files.exists(table) ? isListed(real) : isOnDiskOfItsOwn(real));
        });
    }

    private boolean isListed(Path real) throws IOException {
        // Names are bytes of no certain encoding: as Latin-1, none is lost on the way, and none is taken for another.
        var name = new String(real.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > POINT)
                .anyMatch(fields -> unescaped(fields[POINT]).equals(name));
    }

    private static String unescaped(String field) {
        return ESCAPED.matcher(field).replaceAll(found -> Matcher.quoteReplacement(
                String.valueOf((char) Integer.parseInt(found.group(1), OCTAL))));
    }

    private static boolean isOnDiskOfItsOwn(Path real) throws IOException {
        return !Files.getAttribute(real, "unix:dev").equals(Files.getAttribute(real.resolveSibling(""), "unix:dev"));
    }
}
