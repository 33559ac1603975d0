// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.util.HashSet;
import java.util.Set;

/**
 * What must not be adopted from: what {@code condemned/} and {@code quarantine/} named when they were listed. If
 * something there cannot be read that somebody may have said, nothing at all may be adopted. Immutable.
 */
public final class Exclusions {

    private final boolean everything;
    private final Set<Digest> packs;
    private final Set<Digest> ranges;
    private final Set<Quarantine.Place> frames;

    private Exclusions(boolean everything, Set<Digest> packs, Set<Digest> ranges, Set<Quarantine.Place> frames) {
        this.everything = everything;
        this.packs = packs;
        this.ranges = ranges;
        this.frames = frames;
    }

    /** Nothing is excluded. */
    public static Exclusions none() {
        return new Exclusions(false, Set.of(), Set.of(), Set.of());
    }

    /** Lists condemned and quarantined, in this order, and reads them. */
    public static Exclusions read(Statements statements) throws InterruptedException {
        Survey<Condemned> condemned = statements.survey(Kind.CONDEMNED, Condemned::of);
        Survey<Quarantine> quarantine =
                statements.survey(Kind.QUARANTINE, statement -> statement.decode(Quarantine::decode));
        Set<Digest> packs = new HashSet<>();
        Set<Digest> ranges = new HashSet<>();
        Set<Quarantine.Place> frames = new HashSet<>();
        for (Condemned each : condemned.said()) {
            each.keys().forEach(key -> ObjectKeys.parse(key).ifPresent(parsed -> add(parsed, packs, ranges)));
        }
        for (Quarantine each : quarantine.said()) {
            for (Quarantine.Place place : each.places()) {
                if (place.offset() == 0) {
                    packs.add(place.pack());
                } else {
                    frames.add(place);
                }
            }
        }
        return new Exclusions(condemned.hasUnreadable() || quarantine.hasUnreadable(), packs, ranges,
                frames);
    }

    /** Whether no reference into this pack may be adopted. */
    public boolean hasPack(Digest pack) {
        return everything || packs.contains(pack);
    }

    /** Whether this range of WAL may go, so that nothing new may need it. */
    public boolean hasRange(Digest range) {
        return everything || ranges.contains(range);
    }

    /** Whether frames of this pack are excluded now that were not before. */
    public boolean hasFramesBeyond(Exclusions before, Digest pack) {
        return frames.stream().anyMatch(frame -> frame.pack().equals(pack) && !before.frames.contains(frame));
    }

    /** Whether this block must not be adopted. */
    public boolean has(BlockRef block) {
        return has(block.pack(), block.offset());
    }

    boolean has(Digest pack, int offset) {
        return hasPack(pack) || frames.contains(new Quarantine.Place(pack, offset));
    }

    private static void add(ObjectKey key, Set<Digest> packs, Set<Digest> ranges) {
        if (key instanceof ObjectKey.Pack pack) {
            packs.add(pack.digest());
        } else if (key instanceof ObjectKey.Wal range) {
            ranges.add(range.digest());
        }
    }

}
