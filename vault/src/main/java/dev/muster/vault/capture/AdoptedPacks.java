// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.index.Exclusions;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.pack.BlockRef;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The packs that a session refers to and has not put itself: before it commits they must all be there. Thread-safe. */
final class AdoptedPacks {

    /**
     * What is known of a pack.
     *
     * @param lengthMin it is at least as long
     * @param length as an index object says; empty if none says it
     */
    private record Known(Kind kind, int lengthMin, OptionalInt length) {

        boolean fits(long found) {
            return found >= lengthMin && (length.isEmpty() || length.getAsInt() == found);
        }
    }

    /**
     * Why a session may not commit.
     *
     * @param why in words
     * @param gone packs that are not there, or not as long as they were
     */
    record Objection(String why, Set<Digest> gone) {}

    private final Map<Digest, Known> packs = new ConcurrentHashMap<>();
    private final Map<Digest, Known> own = new ConcurrentHashMap<>();

    /** Notes that a block of this pack was adopted. */
    void add(Kind kind, BlockRef ref, OptionalInt length) {
        int end = ref.offset() + ref.frameLength();
        Known known = packs.get(ref.pack());
        if (known == null || known.lengthMin < end) {
            packs.merge(ref.pack(), new Known(kind, end, length),
                    (one, other) -> one.lengthMin < other.lengthMin ? other : one);
        }
    }

    /** Notes that this session has put this pack. */
    void own(Kind kind, IndexedPack pack) {
        own.put(pack.digest(), new Known(kind, pack.length(), OptionalInt.of(pack.length())));
    }

    /**
     * Another session goes on with what this one has put. Nobody waits for this one any more, so its packs may be gone: from
     * now on they are looked for like those of others.
     */
    void disown() {
        packs.putAll(own);
        own.clear();
    }

    /** How many there are. */
    int size() {
        return toFind().size();
    }

    /**
     * Looks whether all of them may be referred to (docs/format.md, section 9, step 7): what is excluded was read before
     * this is called, the packs are listed now.
     *
     * @param before what was excluded when the session began to adopt
     * @param now what is excluded now
     * @return what is wrong; empty if nothing is
     */
    Optional<Objection> objection(Store store, Exclusions before, Exclusions now) throws InterruptedException {
        Map<Digest, Known> wanted = toFind();
        for (Digest pack : wanted.keySet()) {
            if (now.hasPack(pack) || now.hasFramesBeyond(before, pack)) {
                return Optional.of(new Objection(
                        "blocks were adopted from pack " + pack + ", which must not be adopted from any more",
                        Set.of()));
            }
        }
        Set<Digest> missing = new HashSet<>(wanted.keySet());
        for (Kind kind : List.of(Kind.DATA, Kind.MAP)) {
            if (wanted.values().stream().noneMatch(known -> known.kind == kind)) {
                continue;
            }
            store.list(Prefix.of(kind.prefix() + "/"), blob -> {
                if (ObjectKeys.parse(blob.key().value()).orElse(null) instanceof ObjectKey.Pack key) {
                    Known known = wanted.get(key.digest());
                    if (known != null && known.kind == kind && known.fits(blob.length())) {
                        missing.remove(key.digest());
                    }
                }
            });
        }
        return missing.stream()
                .findFirst()
                .map(pack -> new Objection("blocks were adopted from pack " + pack + ", which is gone", missing));
    }

    private Map<Digest, Known> toFind() {
        Map<Digest, Known> wanted = new ConcurrentHashMap<>(packs);
        own.keySet().forEach(wanted::remove);
        return wanted;
    }
}
