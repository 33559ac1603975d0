// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.collect.Amount;
import dev.muster.vault.object.Digest;
import dev.muster.work.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Copies what of one sight is not at the copy, phase by phase. */
final class Round {

    /** At most 64 MiB each: what is on its way is held in memory. */
    private static final int LARGE_AT_ONCE = 3;
    /** Of these the time is the way to the store. */
    private static final int SMALL_AT_ONCE = 16;
    private static final int SMALL_BYTES = 1 << 20;

    private final Store source;
    private final Store copy;
    private final CopyProgress progress;
    private final Set<Key> gone;
    private final Set<Key> vanished = new HashSet<>();
    private final List<CopyFinding> findings = new ArrayList<>();
    private final AtomicLong done = new AtomicLong();
    private Amount copied = Amount.NOTHING;

    /** @param gone what was listed and not there when it was to be read, in the round before; as it is after this one */
    Round(Store source, Store copy, CopyProgress progress, Set<Key> gone) {
        this.source = source;
        this.copy = copy;
        this.progress = progress;
        this.gone = gone;
    }

    /**
     * Copies these objects.
     *
     * @return whether the copy is as the sight is; if not, gc took something: what names it is not copied before the
     *         original has been looked at again
     */
    boolean copy(List<CopyItem> missing) throws InterruptedException {
        long total = missing.stream().mapToLong(CopyItem::bytes).sum();
        for (Phase phase : Phase.values()) {
            List<CopyItem> turn = missing.stream().filter(item -> item.phase() == phase).toList();
            boolean inOrder = phase == Phase.LOG;
            copyAtOnce(turn.stream().filter(item -> !inOrder && isSmall(item)).toList(), SMALL_AT_ONCE, total);
            copyAtOnce(turn.stream().filter(item -> inOrder || !isSmall(item)).toList(), inOrder ? 1 : LARGE_AT_ONCE,
                    total);
            if (!vanished.isEmpty()) {
                gone.clear();
                gone.addAll(vanished);
                return false;
            }
        }
        return true;
    }

    private static boolean isSmall(CopyItem item) {
        return item.bytes() <= SMALL_BYTES;
    }

    Amount copied() {
        return copied;
    }

    List<CopyFinding> findings() {
        return findings;
    }

    private void copyAtOnce(List<CopyItem> items, int atOnce, long total) throws InterruptedException {
        try (Scope scope = Scope.open("copy", atOnce)) {
            for (CopyItem item : items) {
                scope.fork(() -> {
                    copy(item);
                    progress.at(done.addAndGet(item.bytes()), total);
                });
            }
            scope.join();
        }
    }

    private void copy(CopyItem item) throws InterruptedException {
        byte[] bytes;
        try {
            bytes = source.read(item.key(), Range.whole());
        } catch (StoreException.NotFound e) {
            vanished(item);
            return;
        } catch (StoreException.Corrupt | StoreException.OutOfRange e) {
            found(item, source, "cannot be read whole, and was not copied");
            return;
        }
        if (!Digest.sha256(bytes).equals(item.digest())) {
            found(item, source, "its bytes are not those that its key names; it was not copied");
            return;
        }
        try {
            copy.put(item.key(), Content.of(bytes));
            copied(item);
        } catch (StoreException.AlreadyExists e) {
            found(item, copy, "is there with other bytes than its key names");
        }
    }

    /** What is listed again and again and can never be read is damage, not what gc took. */
    private synchronized void vanished(CopyItem item) {
        if (gone.contains(item.key())) {
            found(item, source, "is listed, and not there when it is read");
        } else {
            vanished.add(item.key());
        }
    }

    private synchronized void found(CopyItem item, Store where, String what) {
        findings.add(new CopyFinding(true, where.place(), item.key().value(), what));
    }

    private synchronized void copied(CopyItem item) {
        copied = copied.and(item.bytes());
    }
}
