// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import picocli.CommandLine.Option;

/** {@code --json}. */
final class JsonOption {

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean asked;

    /** Whether a machine reads the output. */
    boolean asked() {
        return asked;
    }
}
