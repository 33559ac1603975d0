// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a command prints and asks.
 *
 * @param out what the command prints
 * @param err progress, questions and complaints
 * @param answers to its questions
 * @param attended whether a person is looking and can answer
 */
public record Terminal(PrintWriter out, PrintWriter err, Answers answers, boolean attended) {

    /** What a person answers. */
    @FunctionalInterface
    public interface Answers {

        /** The next line; empty when there will be none. Can be interrupted. */
        Optional<String> next() throws InterruptedException;

        /** The next line, which a terminal does not show; empty when there will be none. Can be interrupted. */
        default Optional<char[]> nextSecret() throws InterruptedException {
            return next().map(String::toCharArray);
        }
    }

    /** The answer of a person; what is suggested if they only press Enter. */
    String ask(String question, String suggested) throws InterruptedException {
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

    /** A new secret, which a person types twice. The caller overwrites it. */
    char[] chooseSecret(String question) throws InterruptedException {
        while (true) {
            char[] first = secret(question);
            char[] second = secret("The same again");
            boolean same = Arrays.equals(first, second);
            Arrays.fill(second, '\0');
            if (same && first.length > 0) {
                return first;
            }
            Arrays.fill(first, '\0');
            err.println(same ? "It may not be empty." : "They differ. Both again.");
        }
    }

    private char[] secret(String question) throws InterruptedException {
        err.print(question + " (not shown): ");
        err.flush();
        Optional<char[]> secret = answers.nextSecret();
        if (secret.isEmpty()) {
            err.println();
            throw new CommandFault.NoAnswer();
        }
        return secret.get();
    }

    /** Whether a person says yes; anything else is a no. */
    boolean confirm(String question) throws InterruptedException {
        err.print(question + " [y/N]: ");
        err.flush();
        String answer = line();
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
    }

    private String line() throws InterruptedException {
        Optional<String> line = answers.next();
        if (line.isEmpty()) {
            err.println();
            throw new CommandFault.NoAnswer();
        }
        return line.get().strip();
    }
}
