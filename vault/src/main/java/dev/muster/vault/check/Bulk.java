// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.BlobInfo;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Proven;
import dev.muster.vault.proof.Stretch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The packs and ranges of WAL of a repository as they were listed, and since when each is proven.
 *
 * @param listed when, by the store's clock: what is stamped later is not among them
 * @param objects in the order of their digests
 */
record Bulk(Instant listed, List<One> objects) {

    /**
     * One of them.
     *
     * @param key of it
     * @param bytes how long it is
     * @param stamped when it was stored
     * @param proven since when it is proven, by the store's clock
     * @param unread since when it was not read: since it was read last, or else stored
     */
    record One(ObjectKey key, long bytes, Instant stamped, Optional<Instant> proven, Instant unread) {

        Digest digest() {
            return key.digest();
        }
    }

    /** @param bad packs that are not proven, whatever proofs say */
    static Bulk of(List<BlobInfo> all, Proven proven, Set<Digest> bad, Instant listed) {
        List<One> objects = new ArrayList<>();
        for (BlobInfo blob : all) {
            ObjectKeys.parse(blob.key().value()).filter(CheckObjects::isBulk).ifPresent(key -> objects.add(
                    new One(key, blob.length(), blob.storeTime(),
                            bad.contains(key.digest()) ? Optional.empty() : proven.since(blob, key.digest()),
                            proven.lastRead(blob, key.digest()).orElse(blob.storeTime()))));
        }
        objects.sort(Comparator.comparing(One::digest));
        return new Bulk(listed, List.copyOf(objects));
    }

    Examined.Amount amount() {
        return amount(_ -> true);
    }

    Examined.Amount amount(Predicate<One> which) {
        Examined.Amount amount = Examined.Amount.NONE;
        for (One one : objects) {
            amount = which.test(one) ? amount.and(one.bytes) : amount;
        }
        return amount;
    }

    /**
     * What was read, or else stored, longest ago comes first, until it is as much as the share: so each object has its turn,
     * however much is written meanwhile and however much can never be proven.
     */
    Set<Digest> choose(Share share) {
        Optional<Instant> due = share.sinceProven().map(listed::minus);
        List<One> waiting = new ArrayList<>(objects);
        waiting.removeIf(one -> due.isPresent() && one.proven.isPresent() && !one.proven.get().isBefore(due.get()));
        waiting.sort(Comparator.comparing(One::unread).thenComparing(One::digest));
        double left = share.ofBytes() * amount().bytes();
        Set<Digest> chosen = new HashSet<>();
        for (One one : waiting) {
            if (left > 0) {
                chosen.add(one.digest());
                left -= one.bytes;
            }
        }
        return chosen;
    }

    /**
     * The stretches in which every object that is listed is one of these. Who writes packs can make two that begin with the
     * same 8 bytes: one speaks for the other in no stretch.
     */
    List<Stretch> stretches(Set<Digest> wanted) {
        Set<Long> others = new HashSet<>();
        objects.stream().filter(one -> !wanted.contains(one.digest()))
                .forEach(one -> others.add(one.digest().prefix()));
        if (others.isEmpty()) {
            return List.of(Stretch.WHOLE);
        }
        List<Stretch> stretches = new ArrayList<>();
        for (int at = 0; at < objects.size() && stretches.size() < Stretch.STRETCHES_MAX; at++) {
            int first = at;
            while (at < objects.size() && !others.contains(objects.get(at).digest().prefix())) {
                at++;
            }
            if (at > first) {
                stretches.add(new Stretch(objects.get(first).digest().prefix(), objects.get(at - 1).digest().prefix()));
            }
        }
        return stretches;
    }
}
