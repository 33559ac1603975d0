// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;

/**
 * A data directory. Nothing is known of whether a server runs on it.
 *
 * @param dataDirectory absolute
 * @param major the major version of the servers that can open it
 */
public record Cluster(Path dataDirectory, int major) {

    private static final String VERSION_FILE = "PG_VERSION";
    private static final long VERSION_BYTES_MAX = 64;

    /** Where pg_control keeps DBState, in the order of the machine. Source: pg_control.h, ControlFileData. */
    private static final long STATE_OFFSET = 16;
    private static final int DB_IN_PRODUCTION = 6;

    /** The cluster in this directory. */
    public static Cluster at(Path dataDirectory) {
        if (!Files.isRegularFile(dataDirectory.resolve(VERSION_FILE))) {
            throw new ServerFault.NotACluster(dataDirectory.toAbsolutePath(), "it has no file " + VERSION_FILE);
        }
        var absolute = FileWork.absolute(dataDirectory);
        var file = absolute.resolve(VERSION_FILE);
        return new Cluster(absolute, major(file)
                .orElseThrow(() -> new ServerFault.NotACluster(absolute, VERSION_FILE + " holds no version")));
    }

    /** Whether the server goes into archive recovery when it starts: recovery.signal or standby.signal is there. */
    public boolean awaitsRecovery() {
        return Files.exists(dataDirectory.resolve("recovery.signal"))
                || Files.exists(dataDirectory.resolve("standby.signal"));
    }

    /** Whether its pg_control says that a server works on it and does not recover. */
    boolean isInProduction() {
        var file = dataDirectory.resolve("global/pg_control");
        return FileWork.on(file, "read", () -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                var state = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
                return channel.read(state, STATE_OFFSET) == Integer.BYTES && state.getInt(0) == DB_IN_PRODUCTION;
            }
        });
    }

    private static OptionalInt major(Path file) {
        var text = FileWork.on(file, "read", () -> Files.size(file) > VERSION_BYTES_MAX ? "" : Files.readString(file));
        return text.strip().matches("\\d{1,4}") ? OptionalInt.of(Integer.parseInt(text.strip())) : OptionalInt.empty();
    }
}
