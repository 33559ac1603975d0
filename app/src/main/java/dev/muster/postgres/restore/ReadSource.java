// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.base.Documents;
import dev.muster.postgres.datadir.TablespaceMap;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads out of a snapshot where its cluster's tablespaces lay and what it was set to. */
final class ReadSource {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final SnapshotReader snapshot;

    ReadSource(SnapshotReader snapshot) {
        this.snapshot = snapshot;
    }

    SourceSettings read() throws InterruptedException {
        return new SourceSettings(tablespaces().locations(), settings());
    }

    /** What the server itself goes by when it recovers, so that nothing is left out that it would look for. */
    private TablespaceMap tablespaces() throws InterruptedException {
        var entry = snapshot.entry(TablespaceMap.PATH);
        if (entry.isEmpty()) {
            return TablespaceMap.empty();
        }
        if (entry.get().size() > TablespaceMap.BYTES_MAX) {
            throw new VaultFault.Damage("a map of tablespaces of " + entry.get().size() + " bytes",
                    TablespaceMap.PATH);
        }
        var bytes = new byte[(int) entry.get().size()];
        snapshot.open(entry.get()).read(0, bytes, 0, bytes.length);
        return TablespaceMap.parse(bytes);
    }

    private Map<String, String> settings() throws InterruptedException {
        var settings = new LinkedHashMap<String, String>();
        var document = snapshot.document(Documents.SETTINGS).orElse(new byte[0]);
        try {
            for (var line : new String(document, StandardCharsets.UTF_8).lines().toList()) {
                var setting = MAPPER.readTree(line);
                settings.put(setting.path("name").asString(""), setting.path("setting").asString(""));
            }
        } catch (JacksonException e) {
            throw new VaultFault.Damage("a list of settings that cannot be read", Documents.SETTINGS);
        }
        return settings;
    }
}
