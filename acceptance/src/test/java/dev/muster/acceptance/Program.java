// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The packaged program, as a user of this machine without any settings runs it.
 *
 * @param folder its current directory, and its home
 * @param environment variables that it has beside those of this process
 */
record Program(Path folder, Map<String, String> environment) {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("muster.root")).resolve("app/target/muster/bin/muster");
    private static final List<String> NOT_INHERITED = List.of("MUSTER_JAVA", "MUSTER_JAVA_OPTS", "JAVA_TOOL_OPTIONS",
            "MUSTER_CONFIG", "DATABASE_URL", "BACKUP_ENCRYPTION_KEY", "PGPASSWORD", "PGHOST", "PGPORT", "PGUSER",
            "PGDATABASE");

    Program(Path folder) {
        this(folder, Map.of());
    }

    /** How a call ended. */
    record Outcome(int status, String out, String err) {

        /** Everything that it said, for a failing test. */
        String said() {
            return "status " + status + "\n" + out + err;
        }
    }

    /** Runs it to its end, with nothing on its standard input. */
    Outcome run(String... arguments) throws IOException, InterruptedException {
        var out = Files.createTempFile(folder, "out-", ".txt");
        var err = Files.createTempFile(folder, "err-", ".txt");
        var process = start(out, err, arguments);
        process.getOutputStream().close();
        var status = process.waitFor();
        return new Outcome(status, Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** Starts it; whoever does ends it. What it prints goes to these files. */
    Process start(Path out, Path err, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        NOT_INHERITED.forEach(builder.environment()::remove);
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
