// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/**
 * Where a command prints and asks.
 *
 * @param out what the command prints
 * @param err progress, questions and complaints
 * @param in answers
 * @param attended whether a person is looking and can answer
 */
public record Terminal(PrintWriter out, PrintWriter err, BufferedReader in, boolean attended) {

    /** The answer of a person; what is suggested if they only press Enter. */
    String ask(String question, String suggested) {
        while (true) {
            err.print(question + (suggested.isEmpty() ? ": " : " [" + suggested + "]: "));
            err.flush();
            String answer = line();
            if (!answer.isEmpty()) {
                return answer;
            }
            if (!suggested.isEmpty()) {
                return suggested;
            }
        }
    }

    /** Whether a person says yes; anything else is a no. */
    boolean confirm(String question) {
        err.print(question + " [y/N]: ");
        err.flush();
        String answer = line();
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
    }

    private String line() {
        try {
            String line = in.readLine();
            if (line == null) {
                err.println();
                throw new CommandFault.NoAnswer();
            }
            return line.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
