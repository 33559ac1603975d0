// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.util.Map;

/**
 * What came up while WAL was read. All bytes were good, or the reading would have failed.
 *
 * @param bad what is wrong with ranges whose bytes had to be taken from others, by key
 */
public record ReadReport(Map<String, String> bad) {

    public ReadReport {
        bad = Map.copyOf(bad);
    }
}
