// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.BlobInfo;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.PackDirectory;
import dev.muster.vault.pack.PackDirectory.Entry;
import dev.muster.vault.seal.FrameExpectation;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Naming;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads packs: which frames lie where, and, when asked, whether each opens and is what its id says. The places of sound
 * frames go into a set that references are then looked up in.
 */
final class CheckPacks {

    private final Store store;
    private final KeyChain chain;
    private final boolean opensFrames;
    private final Reading reading;
    private final Findings findings;
    private final Tally tally;

    CheckPacks(Store store, KeyChain chain, boolean opensFrames, Reading reading, Findings findings, Tally tally) {
        this.store = store;
        this.chain = chain;
        this.opensFrames = opensFrames;
        this.reading = reading;
        this.findings = findings;
        this.tally = tally;
    }

    /** Reads one pack and adds the places of its frames that are sound. */
    void read(BlobInfo blob, Kind kind, Digest pack, PlaceSet places) throws InterruptedException {
        String key = blob.key().value();
        try {
            Envelope.require(new Envelope(kind, chain.repository()), key,
                    store.read(blob.key(), Range.of(0, Math.min(blob.length(), Envelope.BYTES))));
            PackDirectory directory = PackDirectory.read(store, blob);
            boolean[] bad = opens(kind) && reading.reads(pack)
                    ? open(blob, kind, pack, directory)
                    : new boolean[directory.entries().size()];
            for (int at = 0; at < bad.length; at++) {
                if (!bad[at]) {
                    Entry entry = directory.entries().get(at);
                    add(places, new BlockRef(entry.id(), pack, entry.offset(), entry.frameLength(),
                            entry.plainLength()));
                }
            }
        } catch (VaultFault | StoreException.OutOfRange | StoreException.Corrupt e) {
            findings.badPack(pack, key, e.what());
        } catch (StoreException.NotFound e) {
            findings.notice(key, "was removed while the check ran");
        }
    }

    private static void add(PlaceSet places, BlockRef place) {
        synchronized (places) {
            places.add(place);
        }
    }

    /** A role that cannot open data checks its places all the same. */
    private boolean opens(Kind kind) {
        return opensFrames && (kind == Kind.MAP || chain.role().opens());
    }

    private boolean[] open(BlobInfo blob, Kind kind, Digest pack, PackDirectory directory) throws InterruptedException {
        return store.get(blob.key(), Range.whole(),
                (bytes, _) -> open(bytes, blob.key().value(), kind, pack, directory));
    }

    private boolean[] open(InputStream bytes, String key, Kind kind, Digest pack, PackDirectory directory)
            throws IOException {
        boolean[] bad = new boolean[directory.entries().size()];
        bytes.skipNBytes(Envelope.BYTES);
        for (int at = 0; at < bad.length; at++) {
            Entry entry = directory.entries().get(at);
            byte[] frame = bytes.readNBytes(entry.frameLength());
            try {
                chain.opener().open(expectation(kind, entry), key + " at " + entry.offset(), frame, 0);
                tally.frames.incrementAndGet();
            } catch (VaultFault e) {
                bad[at] = true;
                findings.badFrame(pack, entry.offset(), key + " at " + entry.offset(), e.what());
            }
        }
        return bad;
    }

    private static FrameExpectation expectation(Kind kind, Entry entry) {
        Naming naming = kind == Kind.DATA ? Naming.data() : Naming.map();
        return new FrameExpectation(naming, entry.id(), entry.frameLength(), entry.plainLength());
    }

}
