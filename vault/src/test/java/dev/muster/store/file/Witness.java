// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Does things to a store, remembers what the store has acknowledged, and tells afterwards what does not agree with it:
 * an acknowledged object that is missing or changed, a deleted one that came back, one that is torn or was never put.
 */
final class Witness {

    private static final List<String> KEYS = List.of("snapshot/1", "data/0a/1", "data/0a/2", "data/0b/1", "wal/x/y/1");
    private static final int[] LENGTHS = {0, 10, 4_096, 9_000};

    /** A put of the bytes that this seed makes, or a delete; a put of other bytes where there are some is refused. */
    record Action(Key key, int seed, boolean delete) {

        byte[] bytes() {
            var bytes = new byte[LENGTHS[seed % LENGTHS.length]];
            new Random(seed).nextBytes(bytes);
            return bytes;
        }
    }

    /** What a key may mean after an action that has not returned: one state or the other. */
    private record Doubt(Key key, Optional<Action> after) {}

    private final Map<Key, Action> acknowledged = new HashMap<>();
    private @Nullable Doubt doubt;

    /** So many actions, always the same for one seed. */
    static List<Action> script(long seed, int length) {
        var random = new Random(seed);
        var script = new ArrayList<Action>();
        for (var i = 0; i < length; i++) {
            var key = Key.of(KEYS.get(random.nextInt(KEYS.size())));
            // Few seeds, so that the same bytes are often put again.
            script.add(new Action(key, random.nextInt(6), random.nextInt(5) == 0));
        }
        return script;
    }

    /** Does this, and believes the store if it returns. */
    void act(Store store, Action action) throws InterruptedException {
        if (action.delete) {
            doubt = new Doubt(action.key, Optional.empty());
            store.delete(action.key);
            acknowledged.remove(action.key);
        } else {
            put(store, action);
        }
        doubt = null;
    }

    private void put(Store store, Action action) throws InterruptedException {
        var there = acknowledged.get(action.key);
        var refusal = there != null && !Arrays.equals(there.bytes(), action.bytes());
        if (!refusal) {
            doubt = new Doubt(action.key, Optional.of(action));
        }
        try {
            store.put(action.key, Content.of(action.bytes()));
            if (refusal) {
                throw new AssertionError("other bytes were taken: " + action);
            }
            acknowledged.put(action.key, action);
        } catch (StoreException.AlreadyExists e) {
            if (!refusal) {
                throw new AssertionError("the first bytes were refused: " + action, e);
            }
        }
    }

    /** Believes what is there about the action that did not return, and nothing else. */
    void settle(Store store) throws InterruptedException {
        var open = doubt;
        doubt = null;
        if (open != null) {
            var after = open.after.filter(action -> bytes(store, action.key).isPresent());
            var before = Optional.ofNullable(acknowledged.get(open.key))
                    .filter(action -> bytes(store, action.key).isPresent());
            after.or(() -> before).ifPresentOrElse(action -> acknowledged.put(open.key, action),
                    () -> acknowledged.remove(open.key));
        }
    }

    /** What does not agree with what the store has acknowledged; empty if all is well. */
    List<String> objections(Store store) throws InterruptedException {
        var objections = new ArrayList<String>();
        var listed = new TreeSet<String>();
        store.list(Prefix.everything(), blob -> listed.add(blob.key().value()));
        for (var name : KEYS) {
            var key = Key.of(name);
            var there = bytes(store, key);
            if (!isAllowed(key, there)) {
                objections.add(key + " is " + there.map(Arrays::hashCode) + " and was "
                        + acknowledged.get(key) + ", in doubt " + doubt);
            }
            if (listed.remove(name) != there.isPresent() || store.stat(key).isPresent() != there.isPresent()) {
                objections.add(key + " is listed, found or read, and not all of it");
            }
        }
        listed.forEach(name -> objections.add(name + " was never put"));
        return objections;
    }

    private boolean isAllowed(Key key, Optional<byte[]> there) {
        if (doubt != null && doubt.key.equals(key) && same(there, doubt.after)) {
            return true;
        }
        return same(there, Optional.ofNullable(acknowledged.get(key)));
    }

    private static boolean same(Optional<byte[]> there, Optional<Action> expected) {
        return there.isPresent() == expected.isPresent()
                && Arrays.equals(there.orElse(new byte[0]), expected.map(Action::bytes).orElse(new byte[0]));
    }

    private static Optional<byte[]> bytes(Store store, Key key) {
        try {
            return Optional.of(store.read(key, Range.whole()));
        } catch (StoreException.NotFound _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
