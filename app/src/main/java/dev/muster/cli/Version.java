// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, as the build wrote it down. */
public final class Version implements IVersionProvider {

    /** Its name and version: {@code muster 1.2}. */
    public static String text() {
        var properties = new Properties();
        try (var stream = Version.class.getResourceAsStream("version.properties")) {
            properties.load(Objects.requireNonNull(stream, "version.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties", e);
        }
        return "muster " + properties.getProperty("version");
    }

    @Override
    public String[] getVersion() {
        return new String[]{text()};
    }
}
