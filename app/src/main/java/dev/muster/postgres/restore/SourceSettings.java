// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a snapshot says of the cluster that planning cannot see in its head.
 *
 * @param tablespaces where they lay on the source, by oid
 * @param settings the source's settings by name, as far as they could be read
 */
public record SourceSettings(SortedMap<Long, String> tablespaces, Map<String, String> settings) {

    public SourceSettings {
        tablespaces = new TreeMap<>(tablespaces);
        settings = Map.copyOf(settings);
    }
}
