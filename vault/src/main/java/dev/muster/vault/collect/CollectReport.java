// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Digest;
import java.util.List;

/**
 * What a run did.
 *
 * @param plan what it found
 * @param deleted what it has deleted
 * @param condemned what it has condemned for a later run to delete
 * @param indexFewer how many index objects there are fewer
 * @param undecided snapshots that committed while their sessions were given up: a person has to say whether they count
 */
public record CollectReport(CollectPlan plan, Amount deleted, Amount condemned, int indexFewer,
        List<Digest> undecided) {

    public CollectReport {
        undecided = List.copyOf(undecided);
    }
}
