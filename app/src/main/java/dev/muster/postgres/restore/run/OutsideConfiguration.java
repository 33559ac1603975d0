// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.base.BackupFacts.Configuration;
import dev.muster.postgres.base.Documents;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.server.Settings;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts configuration files that lay outside the data directory, as on Debian, into it. What they say of places is left
 * out: a copy that obeyed {@code data_directory} would open the original.
 */
final class OutsideConfiguration {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String MAIN = "postgresql.conf";
    private static final String ACCESS = "pg_hba.conf";
    private static final String NAMES = "pg_ident.conf";
    private static final String INCLUDED = "include";
    private static final String LEFT_OUT = "# left out by Muster: ";
    private static final Set<String> PLACES = Set.of("data_directory", "config_file", "hba_file", "ident_file",
            "external_pid_file");
    private static final Pattern OF_PLACES = Pattern.compile("(?i)\\s*(" + String.join("|", PLACES)
            + "|include|include_dir|include_if_exists)\\b.*");
    private static final Pattern INCLUDES = Pattern.compile("(?i)\\s*(include|include_dir|include_if_exists)\\s.*");
    private static final String LOCAL_ONLY = """
            local all all peer
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    private final RestorePlan plan;
    private final SnapshotReader snapshot;
    private final DurableFiles files;

    OutsideConfiguration(RestorePlan plan, SnapshotReader snapshot, DurableFiles files) {
        this.plan = plan;
        this.snapshot = snapshot;
        this.files = files;
    }

    void write() throws InterruptedException {
        switch (plan.reach().point().facts().surroundings().configuration()) {
            case Configuration.INSIDE -> {}
            case Configuration.CAPTURED -> writeCaptured();
            case Configuration.MISSING -> writeKnown();
        }
    }

    private void writeCaptured() throws InterruptedException {
        var main = new ArrayList<String>();
        var included = new ArrayList<String>();
        for (var line : lines(Documents.CONFIGURATION)) {
            var bytes = snapshot.document(line.path("document").asString("")).orElse(new byte[0]);
            var text = new String(bytes, StandardCharsets.UTF_8);
            switch (line.path("kind").asString("")) {
                case MAIN -> main.add(text);
                case ACCESS -> put(ACCESS, without(INCLUDES, text));
                case NAMES -> put(NAMES, without(INCLUDES, text));
                case INCLUDED -> included.add(text);
                default -> throw new VaultFault.Damage("a kind of configuration file that is not known",
                        line.path("path").asString(""));
            }
        }
        if (main.isEmpty()) {
            main.add(new String(CapturedFile.read(snapshot, MAIN).orElse(new byte[0]), StandardCharsets.UTF_8));
        }
        main.addAll(included);
        put(MAIN, main.stream().map(text -> without(OF_PLACES, text)).collect(Collectors.joining("\n")));
    }

    /** Its files could not be read, but the server told what it was set to. */
    private void writeKnown() throws InterruptedException {
        var settings = Settings.none();
        for (var line : lines(Documents.SETTINGS)) {
            var name = line.path("name").asString("");
            if ("configuration file".equals(line.path("source").asString("")) && !PLACES.contains(name)) {
                settings = settings.with(name.toLowerCase(Locale.ROOT), line.path("setting").asString(""));
            }
        }
        put(MAIN, settings.asConfiguration());
        put(ACCESS, LOCAL_ONLY);
        put(NAMES, "");
    }

    private static String without(Pattern pattern, String text) {
        return text.lines()
                .map(line -> pattern.matcher(line).matches() ? LEFT_OUT + line : line)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private List<JsonNode> lines(String document) throws InterruptedException {
        var text = new String(snapshot.document(document).orElse(new byte[0]), StandardCharsets.UTF_8);
        try {
            return text.lines().map(MAPPER::readTree).toList();
        } catch (JacksonException e) {
            throw new VaultFault.Damage("a document that cannot be read", document);
        }
    }

    private void put(String name, String text) {
        files.replace(plan.request().directory().resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
