// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of the tests as a program of its own, to be killed or to compete with others. */
final class TestProgram {

    private TestProgram() {}

    static Process start(Class<?> main, String... arguments) throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var command = new ArrayList<>(List.of(java, "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
