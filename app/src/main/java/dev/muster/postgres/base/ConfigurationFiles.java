// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.BackupFacts.Configuration;
import dev.muster.postgres.wire.WireFault;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Captures the configuration files that lie outside the data directory, as far as the server lets Muster's user read
 * them.
 */
final class ConfigurationFiles {

    /** The file and the setting that says where it is. */
    private static final Map<String, String> KINDS = Map.of("config_file", "postgresql.conf", "hba_file", "pg_hba.conf",
            "ident_file", "pg_ident.conf");
    private static final String NEEDS = "grant pg_read_all_settings, pg_read_server_files and execute on function "
            + "pg_read_binary_file(text) to the user that backs up";

    private final ServerQuery server;
    private final DocumentWriter documents;
    private final List<NotCaptured> notCaptured;

    /**
     * A line of the document.
     *
     * @param path on the server
     * @param kind postgresql.conf, pg_hba.conf, pg_ident.conf or include
     * @param document where its bytes are in the snapshot; empty if they are not
     */
    record Line(String path, String kind, String document) {}

    ConfigurationFiles(ServerQuery server, DocumentWriter documents, List<NotCaptured> notCaptured) {
        this.server = server;
        this.documents = documents;
        this.notCaptured = notCaptured;
    }

    /** @param came the configuration files that the data directory holds */
    Configuration capture(Set<String> came) throws InterruptedException {
        var places = places();
        if (places.size() < KINDS.size() + 1) {
            documents.lines(Documents.CONFIGURATION, List.of());
            var inside = came.containsAll(KINDS.values());
            if (!inside) {
                notCaptured.add(
                        new NotCaptured("configuration files", "the server does not say where they are: " + NEEDS));
            }
            return inside ? Configuration.INSIDE : Configuration.MISSING;
        }
        var outside = outside(places);
        var lines = new ArrayList<Line>();
        for (var file : outside.entrySet()) {
            lines.add(read(file.getKey(), file.getValue(), lines.size()));
        }
        documents.lines(Documents.CONFIGURATION, lines);
        if (outside.values().stream().noneMatch(KINDS::containsValue)) {
            return Configuration.INSIDE;
        }
        return lines.stream().noneMatch(line -> line.document.isEmpty())
                ? Configuration.CAPTURED
                : Configuration.MISSING;
    }

    /** Where the files are, and the data directory; what the user may not see is left out. */
    private Map<String, String> places() {
        var places = new LinkedHashMap<String, String>();
        server.rows("select name, setting from pg_settings where name in ('data_directory', 'config_file', 'hba_file', "
                + "'ident_file') order by name").forEach(
                        row -> Optional.ofNullable(row.text(1))
                                .ifPresent(value -> places.put(String.valueOf(row.text(0)), value)));
        return places;
    }

    /** The kinds of the files outside the data directory by their paths, included files among them. */
    private Map<String, String> outside(Map<String, String> places) {
        var inside = places.getOrDefault("data_directory", "") + "/";
        var paths = new LinkedHashMap<String, String>();
        KINDS.forEach((setting, kind) -> paths.put(places.getOrDefault(setting, ""), kind));
        var included = new TreeSet<String>();
        server.rows("select distinct sourcefile from pg_settings where sourcefile is not null")
                .forEach(row -> Optional.ofNullable(row.text(0)).ifPresent(included::add));
        included.forEach(path -> paths.putIfAbsent(path, "include"));
        paths.keySet().removeIf(path -> path.startsWith(inside));
        return paths;
    }

    private Line read(String path, String kind, int number) throws InterruptedException {
        try {
            var text = server.value("select encode(pg_read_binary_file(" + ServerQuery.literal(path) + "), 'base64')");
            var document = Documents.configuration(number);
            documents.bytes(document, Base64.getMimeDecoder().decode(text.orElse("")));
            return new Line(path, kind, document);
        } catch (WireFault.ServerError e) {
            notCaptured.add(new NotCaptured(path, e.serverMessage().message() + ": " + NEEDS));
            return new Line(path, kind, "");
        }
    }
}
