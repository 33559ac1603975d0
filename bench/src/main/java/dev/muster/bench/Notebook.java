// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes down what is found as soon as it is found: a run that is broken off keeps what it has.
 *
 * @param file of {@link Results}; added to
 * @param console for people
 */
record Notebook(Path file, PrintWriter console) {

    void fact(String fact) {
        fact.lines().filter(line -> !line.isBlank()).forEach(line -> {
            append(Results.factLine(line));
            say(line);
        });
    }

    void note(Sample sample) {
        append(sample.line());
        say(String.format(Locale.ROOT, "%-10s %-6s %-4s round %2d  %-7s %-16s %8.2f s", sample.scenario(),
                sample.data(),
                sample.cache(), sample.round() + 1, sample.step(), sample.peer(),
                sample.figure(Figure.SECONDS).orElse(Double.NaN)));
    }

    void failed(String peer, String where, Exception why) {
        fact("FAILED: " + peer + " in " + where + ": " + String.valueOf(why.getMessage()).replace('\n', ' '));
    }

    void say(String line) {
        console.println(line);
        console.flush();
    }

    private void append(String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
