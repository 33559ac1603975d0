// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.cli.CommandLine;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * Builds the program from its parts: the only place that names concrete ones, and that reads what is ambient.
 *
 * @param out what commands print
 * @param err what went wrong, and progress
 */
record Wiring(PrintWriter out, PrintWriter err) {

    /** The parts as this process finds them. */
    static Wiring ofThisProcess() {
        return new Wiring(
                new PrintWriter(System.out, true, charset("stdout.encoding")),
                new PrintWriter(System.err, true, charset("stderr.encoding")));
    }

    CommandLine commandLine() {
        return new CommandLine(out, err);
    }

    private static Charset charset(String property) {
        return Charset.forName(System.getProperty(property), Charset.defaultCharset());
    }
}
