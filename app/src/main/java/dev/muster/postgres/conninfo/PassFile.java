// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of passwords: lines of {@code host:port:database:user:password}, where an asterisk as a whole field fits
 * anything and a backslash takes the next character as it is. The first line that fits counts. A host that is a local
 * socket in one of the usual directories is called {@code localhost}. The file is read anew at each look-up.
 *
 * @param path where it is
 */
public record PassFile(Path path) {

    private static final int BYTES_MAX = 1 << 20;
    private static final String LOCALHOST = "localhost";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    /** Why the file is not used although it is there; nothing if it is used, or is not there. */
    public Optional<String> whyIgnored() {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of("the password file " + path + " is not a plain file");
        }
        try {
            var permissions = Files.getPosixFilePermissions(path);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                return Optional.of("the password file " + path + " is open to others than its owner: chmod 600");
            }
            return Files.size(path) > BYTES_MAX
                    ? Optional.of("the password file " + path + " is larger than 1 MiB")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("the password file " + path + " cannot be read");
        }
    }

    Optional<Secret> find(ServerHost host, String database, String user) {
        var fields = List.of(hostField(host), String.valueOf(host.port()), database, user);
        return lines().stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> password(line, fields))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String hostField(ServerHost host) {
        if (host.isSocket() && (host.name().isEmpty() || SocketDirectories.USUAL.contains(Path.of(host.name())))) {
            return LOCALHOST;
        }
        return host.name().isEmpty() ? host.address() : host.name();
    }

    private List<String> lines() {
        if (!Files.exists(path) || whyIgnored().isPresent()) {
            return List.of();
        }
        try {
            return Files.readString(path, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of(); // as libpq: whyIgnored says so to whoever then misses a password
        }
    }

    private static Optional<Secret> password(String line, List<String> fields) {
        String rest = line;
        for (var field : fields) {
            rest = afterField(rest, field);
            if (rest == null) {
                return Optional.empty();
            }
        }
        var password = new StringBuilder();
        for (var i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '\\' && i + 1 < rest.length()) {
                i++;
            }
            password.append(rest.charAt(i));
        }
        return password.isEmpty() ? Optional.empty() : Optional.of(new Secret(password.toString()));
    }

    /** What follows the first field and its colon if the field fits; null if it does not. */
    private static @Nullable String afterField(String line, String wanted) {
        if (line.startsWith("*:")) {
            return line.substring(2);
        }
        var matched = 0;
        for (var i = 0; i < line.length(); i++) {
            if (line.charAt(i) == ':') {
                return matched == wanted.length() ? line.substring(i + 1) : null;
            }
            if (line.charAt(i) == '\\' && i + 1 < line.length()) {
                i++;
            }
            if (matched == wanted.length() || line.charAt(i) != wanted.charAt(matched)) {
                return null;
            }
            matched++;
        }
        return null;
    }
}
