// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault;

import dev.muster.vault.object.Kind;
import java.util.Map;

/**
 * What a repository holds.
 *
 * @param kinds objects by what they are; kinds of which there are none are left out
 * @param others objects that are no object of this format
 */
public record RepositoryStats(Map<Kind, Usage> kinds, Usage others) {

    public RepositoryStats {
        kinds = Map.copyOf(kinds);
    }

    /**
     * Some objects.
     *
     * @param objects how many
     * @param bytes of all of them
     */
    public record Usage(long objects, long bytes) {

        static final Usage NONE = new Usage(0, 0);

        Usage plus(long moreBytes) {
            return new Usage(objects + 1, bytes + moreBytes);
        }
    }

    /** The objects of one kind. */
    public Usage of(Kind kind) {
        return kinds.getOrDefault(kind, Usage.NONE);
    }

    /** All objects. */
    public Usage total() {
        long objects = others.objects + kinds.values().stream().mapToLong(Usage::objects).sum();
        return new Usage(objects, others.bytes + kinds.values().stream().mapToLong(Usage::bytes).sum());
    }
}
