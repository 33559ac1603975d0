// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.key.Charter.Charted;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The objects that one root signed for one repository; others of the same kinds are reported. */
final class RootObjects {

    private final KeyObjects objects;
    private final Uid repository;
    private final byte[] root;

    /** @param slot names the root */
    RootObjects(KeyObjects objects, Slot slot) {
        this.objects = objects;
        this.repository = slot.repository();
        this.root = slot.rootKey();
    }

    KeyObjects objects() {
        return objects;
    }

    List<Charted> charters() throws InterruptedException {
        return objects.read(Kind.CHARTER, (subject, object) -> Charter.read(repository, root, subject, object));
    }

    /** Those of these epochs that are there, by digest. */
    Map<Digest, Epoch> epochs(List<Digest> digests) throws InterruptedException {
        return objects
                .read(Kind.EPOCH, digests, (subject, object) -> Epoch.read(repository, root, subject, object))
                .stream()
                .collect(Collectors.toMap(Epoch::digest, Function.identity()));
    }

    List<Grant> grants() throws InterruptedException {
        return objects.read(Kind.GRANT, (subject, object) -> Grant.read(repository, root, subject, object));
    }

    Map<Digest, Slot> slots() throws InterruptedException {
        return objects.read(Kind.SLOT, Slot::read).stream()
                .filter(slot -> slot.repository().equals(repository) && Arrays.equals(slot.rootKey(), root))
                .collect(Collectors.toMap(Slot::digest, Function.identity()));
    }
}
