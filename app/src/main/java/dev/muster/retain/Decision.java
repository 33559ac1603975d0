// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.util.List;

/**
 * What becomes of one snapshot.
 *
 * @param kept whether it stays; otherwise it expires
 * @param because all reasons for that, in words; at least one
 */
public record Decision(Snapshot snapshot, boolean kept, List<String> because) {

    public Decision {
        because = List.copyOf(because);
    }
}
