// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Path;
import java.util.Map;

/** The machine that tests run on. */
final class TestMachine {

    private TestMachine() {}

    static Machine here() {
        return with(System.getenv());
    }

    /** The same machine with another environment. */
    static Machine with(Map<String, String> environment) {
        return new Machine(environment, platform(), temporary(), System::nanoTime);
    }

    static Platform platform() {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
