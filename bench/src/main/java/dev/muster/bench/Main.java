// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where {@code bench/run} goes on: {@code Main FOLDER measure OPTIONS} or {@code Main FOLDER report OPTIONS}, FOLDER being that of
 * the project.
 */
final class Main {

    private static final String MARKERS = "figures";

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        var console = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        try {
            var root = Path.of(arguments[0]);
            var options = Options.parse(List.of(arguments).subList(2, arguments.length));
            switch (arguments[1]) {
                case "measure" -> new Run(root, options, console, System::nanoTime).run();
                case "report" -> report(options, console);
                default -> throw new IllegalArgumentException("neither measure nor report: " + arguments[1]);
            }
        } catch (IllegalArgumentException e) {
            console.println("bench: " + e.getMessage());
            System.exit(2);
        } catch (IllegalStateException e) {
            console.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void report(Options options, PrintWriter console) throws Exception {
        var date = options.last("date").orElseThrow(() -> new IllegalArgumentException("--date is needed: 2026-11-20"));
        var file = options.last("results").orElseThrow(() -> new IllegalArgumentException("--results is needed"));
        var text = new Report(Results.parse(Files.readAllLines(Path.of(file))), date).text();
        if (options.has("write")) {
            var document = Path.of(options.text("write", ""));
            Files.writeString(document, Markers.replace(Files.readString(document), MARKERS, text));
        } else {
            console.println(text);
        }
    }
}
