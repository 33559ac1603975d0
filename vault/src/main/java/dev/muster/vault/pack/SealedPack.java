// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.store.Content;
import dev.muster.store.Sha256;
import dev.muster.store.Store;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;

/** A whole pack that is not in the store yet. Its bytes do not change, so that a repeated put sends the same. */
public final class SealedPack {

    private final Kind kind;
    private final Digest digest;
    private final PackBytes bytes;

    SealedPack(Kind kind, Digest digest, PackBytes bytes) {
        this.kind = kind;
        this.digest = digest;
        this.bytes = bytes;
    }

    public Kind kind() {
        return kind;
    }

    /** SHA-256 of its bytes, which names it. */
    public Digest digest() {
        return digest;
    }

    /** In bytes, directory and footer included. */
    public int length() {
        return bytes.length();
    }

    /** Puts it; it is durable when this returns. */
    public void put(Store store) throws InterruptedException {
        Content content = Content.of(bytes.length(), bytes::open);
        store.put(PackFormat.key(kind, digest), content.expecting(Sha256.fromBytes(digest.bytes())));
    }
}
