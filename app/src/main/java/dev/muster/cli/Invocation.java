// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What surrounds one call of the program, so that no command reaches for anything ambient.
 *
 * @param terminal where it prints and asks
 * @param environment variables
 * @param directory the current directory, absolute
 * @param person home directory and name of the user
 * @param time the clocks and the source of randomness
 */
public record Invocation(Terminal terminal, Map<String, String> environment, Path directory, Person person,
        Time time) {

    /**
     * Who called.
     *
     * @param home the home directory
     * @param name the account's name
     */
    public record Person(Path home, String name) {}

    /**
     * What is not repeatable.
     *
     * @param clock the wall clock
     * @param nanoTime a monotonic clock, nanoseconds
     * @param random the kernel's random numbers
     */
    public record Time(InstantSource clock, LongSupplier nanoTime, SecureRandom random) {}

    PrintWriter out() {
        return terminal.out();
    }

    ProgressLine progress() {
        return new ProgressLine(terminal.err(), terminal.attended(), time.nanoTime());
    }
}
