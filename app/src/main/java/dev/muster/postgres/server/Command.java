// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import dev.muster.work.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs one short program to its end. The program sees the path of the machine, the locale C and nothing else of our
 * environment, which holds secrets.
 *
 * @param machine where it runs
 * @param atMost how long it may run before it is killed
 */
record Command(Machine machine, Duration atMost) {

    private static final int OUTPUT_BYTES_MAX = 256 * 1024;

    /**
     * How a program ended.
     *
     * @param status the exit status; 128 and more for a signal
     * @param output the beginning of what it wrote to its standard output
     * @param errors the beginning of what it wrote to its standard error
     */
    record Ended(int status, String output, String errors) {

        boolean succeeded() {
            return status == 0;
        }

        /** What it said, for a message: the errors, or the output of a program that complains there. */
        String complaint() {
            var said = errors.isBlank() ? output : errors;
            return said.isBlank() ? "exit status " + status : said.strip();
        }
    }

    Ended run(List<String> arguments) throws InterruptedException {
        return run(arguments, "");
    }

    /** Runs the program with this text as its standard input. */
    Ended run(List<String> arguments, String input) throws InterruptedException {
        var process = start(arguments);
        try (var scope = Scope.open("command", 3)) {
            try {
                scope.fork(() -> write(input, process.getOutputStream()));
                var output = scope.submit(() -> read(process.getInputStream()));
                var errors = scope.submit(() -> read(process.getErrorStream()));
                if (!process.waitFor(atMost)) {
                    throw new ServerFault.CommandTooSlow(arguments.getFirst(), atMost);
                }
                return new Ended(process.exitValue(), output.await(), errors.await());
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Process start(List<String> arguments) {
        var builder = new ProcessBuilder(arguments).directory(Path.of("/").toFile());
        cleanEnvironment(builder, machine);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ServerFault.ProgramUnusable(arguments.getFirst(), e);
        }
    }

    static void cleanEnvironment(ProcessBuilder builder, Machine machine) {
        builder.environment().clear();
        builder.environment().put("PATH", machine.path());
        builder.environment().put("LC_ALL", "C");
    }

    private static void write(String input, OutputStream stream) {
        try (stream) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A program that ends without reading all of its input says so by its exit status.
            return;
        }
    }

    private static String read(InputStream stream) throws IOException {
        try (stream) {
            var beginning = stream.readNBytes(OUTPUT_BYTES_MAX);
            stream.transferTo(OutputStream.nullOutputStream());
            return new String(beginning, StandardCharsets.UTF_8);
        }
    }
}
