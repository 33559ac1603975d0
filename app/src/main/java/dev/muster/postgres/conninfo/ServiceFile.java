// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of services: a line {@code [name]} begins one, the lines {@code key=value} up to the next such line are it. Of
 * two lines with one key the first counts.
 */
record ServiceFile(Path path) {

    private static final int BYTES_MAX = 1 << 20;

    /** What the file says of a service; nothing if it does not have it. */
    Optional<Map<Keyword, String>> find(String service) {
        var lines = lines();
        var header = lines.indexOf("[" + service + "]");
        if (header < 0) {
            return Optional.empty();
        }
        var said = ConninfoText.empty();
        for (var i = header + 1; i < lines.size() && !lines.get(i).startsWith("["); i++) {
            var line = lines.get(i);
            if (!line.isEmpty() && !line.startsWith("#")) {
                read(line, i + 1, said);
            }
        }
        return Optional.of(said);
    }

    private List<String> lines() {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new ConninfoFault.Invalid("The service file is larger than 1 MiB", path.toString());
            }
            return Files.readString(path, StandardCharsets.UTF_8).lines().map(String::strip).toList();
        } catch (IOException e) {
            throw new ConninfoFault.NotFound("The service file cannot be read", path.toString(), e);
        }
    }

    /** The value itself is never shown: it may be a password. */
    private void read(String line, int number, Map<Keyword, String> said) {
        var place = path + ", line " + number;
        if (line.startsWith("ldap")) {
            throw new ConninfoFault.Unsupported("Services that are looked up by LDAP are not supported", place,
                    "Write the service's host, port and database into the file.");
        }
        var equals = line.indexOf('=');
        var keyword = equals < 0 ? Optional.<Keyword>empty() : Keyword.named(line.substring(0, equals));
        if (keyword.isEmpty()) {
            throw new ConninfoFault.Invalid("A line of the service file is not a connection option", place);
        }
        if (keyword.get() == Keyword.SERVICE) {
            throw new ConninfoFault.Invalid("A service cannot refer to another service", place);
        }
        said.putIfAbsent(keyword.get(), line.substring(equals + 1));
    }
}
