// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Sha256;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.work.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads every object from end to end and compares it with the digest in its key. Needs no key, so whoever may read the
 * store can run it.
 */
public final class CheckObjects {

    private static final int BUFFER_BYTES = 256 << 10;
    private static final String RESERVED = "plan lock migration";

    private final Store store;
    private final int readersAtOnce;
    private final CheckProgress progress;
    private final Reading reading;

    public CheckObjects(Store store, int readersAtOnce, CheckProgress progress) {
        this(store, readersAtOnce, progress, Reading.ALL);
    }

    CheckObjects(Store store, int readersAtOnce, CheckProgress progress, Reading reading) {
        this.store = store;
        this.readersAtOnce = readersAtOnce;
        this.progress = progress;
        this.reading = reading;
    }

    /** Checks all objects of the store. */
    public CheckReport check() throws InterruptedException {
        Findings findings = new Findings();
        Tally tally = new Tally();
        into(findings, tally);
        return new CheckReport(Depth.BYTES, tally.counts(), findings.list(), findings.badPlaces());
    }

    void into(Findings findings, Tally tally) throws InterruptedException {
        List<BlobInfo> all = list(store);
        Advance advance = new Advance(progress, CheckProgress.Part.BYTES, bytes(all));
        try (Scope scope = Scope.open("check", readersAtOnce)) {
            for (BlobInfo blob : all) {
                tally.objects.incrementAndGet();
                Optional<ObjectKey> key = keyOf(blob, findings);
                if (key.isEmpty() || (isBulk(key.get()) && !reading.reads(key.get().digest()))) {
                    advance.more(blob.length());
                } else {
                    scope.fork(() -> compare(blob, key.get(), findings, tally, advance));
                }
            }
            scope.join();
        }
    }

    /** Whether it is one of the many large ones: a pack, or a range of WAL. */
    static boolean isBulk(ObjectKey key) {
        return key.kind() == Kind.DATA || key.kind() == Kind.MAP || key.kind() == Kind.WAL;
    }

    /** Every object that a store lists. */
    static List<BlobInfo> list(Store store) throws InterruptedException {
        List<BlobInfo> all = new ArrayList<>();
        store.list(Prefix.everything(), all::add);
        return all;
    }

    static long bytes(List<BlobInfo> blobs) {
        return blobs.stream().mapToLong(BlobInfo::length).sum();
    }

    private static Optional<ObjectKey> keyOf(BlobInfo blob, Findings findings) {
        String value = blob.key().value();
        Optional<ObjectKey> key = ObjectKeys.parse(value);
        if (key.isEmpty()) {
            String prefix = value.substring(0, Math.max(0, value.indexOf('/')));
            findings.notice(value, List.of(RESERVED.split(" ")).contains(prefix)
                    ? "of a kind that this release does not know: use the release that wrote it"
                    : "not an object of a repository; nothing reads it");
        }
        return key;
    }

    private void compare(BlobInfo blob, ObjectKey key, Findings findings, Tally tally, Advance advance)
            throws InterruptedException {
        try {
            Digest found = store.get(blob.key(), Range.whole(), (bytes, _) -> digest(bytes, advance));
            tally.bytes.addAndGet(blob.length());
            if (!found.equals(key.digest())) {
                damaged(key, blob, "its bytes are not those that its key names", findings);
            }
        } catch (StoreException.NotFound e) {
            findings.notice(blob.key().value(), "was removed while the check ran");
        } catch (StoreException.Corrupt | StoreException.OutOfRange e) {
            damaged(key, blob, "cannot be read whole", findings);
        }
    }

    private static void damaged(ObjectKey key, BlobInfo blob, String what, Findings findings) {
        if (key.kind() == Kind.DATA || key.kind() == Kind.MAP) {
            findings.badPack(key.digest(), blob.key().value(), what);
        } else {
            findings.damage(blob.key().value(), what);
        }
    }

    private static Digest digest(InputStream bytes, Advance advance) throws IOException {
        MessageDigest sha256 = Sha256.newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
            sha256.update(buffer, 0, read);
            advance.more(read);
        }
        return Digest.of(sha256.digest());
    }
}
