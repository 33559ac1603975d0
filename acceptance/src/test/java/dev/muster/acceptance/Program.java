// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.OsAccount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The packaged program, as a user of this machine without any settings runs it.
 *
 * @param folder its current directory, and its home
 * @param environment variables that it has beside those of this process
 * @param launcher the command line that starts it
 */
record Program(Path folder, Map<String, String> environment, List<String> launcher) {

    private static final Path PACKAGED = Path.of(System.getProperty("muster.root")).resolve("app/target/muster");
    private static final String LAUNCHER = "bin/muster";
    private static final List<String> NOT_INHERITED = List.of("MUSTER_JAVA", "MUSTER_JAVA_OPTS", "JAVA_TOOL_OPTIONS",
            "MUSTER_CONFIG", "DATABASE_URL", "BACKUP_ENCRYPTION_KEY", "PGPASSWORD", "PGHOST", "PGPORT", "PGUSER",
            "PGDATABASE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
            "AWS_REGION", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_KEY",
            "AZURE_STORAGE_SAS_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS",
            "S3_BACKUP_BUCKET", "BACKUP_STORAGE_PROVIDER", "BACKUP_STORAGE_BUCKET", "BACKUP_STORAGE_REGION");

    Program(Path folder) {
        this(folder, Map.of());
    }

    Program(Path folder, Map<String, String> environment) {
        this(folder, environment, List.of(PACKAGED.resolve(LAUNCHER).toString()));
    }

    /** The program as this user runs it, from a copy if the user may not be able to enter a checkout of root's. */
    static Program as(OsAccount account, Path folder) throws IOException {
        if (account.isOurs()) {
            return new Program(folder);
        }
        var copy = folder.resolve("program");
        try (var paths = Files.walk(PACKAGED)) {
            for (var path : paths.toList()) {
                Files.copy(path, copy.resolve(PACKAGED.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        account.own(copy);
        return new Program(folder, Map.of(), account.command(List.of(copy.resolve(LAUNCHER).toString())));
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
        var command = new ArrayList<>(launcher);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        NOT_INHERITED.forEach(builder.environment()::remove);
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
