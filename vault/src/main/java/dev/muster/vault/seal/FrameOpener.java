// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import java.lang.ref.Cleaner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.SecretKey;

/**
 * Opens frames and checks that they are what their reader was told. Thread-safe. Remembers the keys of the seeds used
 * last: those of data cost a key agreement each.
 */
public final class FrameOpener {

    private static final int KEYS_MAX = 4096;
    private static final Cleaner CLEANER = Cleaner.create();

    private final KeyChain chain;
    private final byte[] repository;
    private final Queue<Bench> idle = new ConcurrentLinkedQueue<>();
    private final Map<Seed, SecretKey> keys = new RecentKeys();

    FrameOpener(KeyChain chain) {
        this.chain = chain;
        this.repository = chain.repository().bytes();
    }

    /**
     * The plaintext of the frame at {@code bytes[offset..]} of a pack or of a range of WAL.
     *
     * @param expected what the reference to it says
     * @param subject where the frame is, for messages
     * @throws VaultFault.Damage if it is anything else
     * @throws VaultFault.NotGranted if the role does not open such frames
     */
    public byte[] open(FrameExpectation expected, String subject, byte[] bytes, int offset) {
        FrameHeader header = FrameHeader.read(subject, bytes, offset, bytes.length - offset);
        expected.require(header, subject);
        byte[] plain = decipher(repository, header, subject, bytes, offset);
        BlockNames names = chain.names(header.epoch());
        Digest id = switch (expected.naming()) {
            case Naming.Data data -> names.data(plain, 0, plain.length);
            case Naming.Map map -> names.map(plain, 0, plain.length);
            case Naming.Wal wal -> names.wal(wal.lsn(), plain, 0, plain.length);
        };
        if (!id.equals(header.id())) {
            throw new VaultFault.Damage("a frame holds something else than its id says", subject);
        }
        return plain;
    }

    /** Tag and decompression; the caller has checked the header and checks the id. */
    byte[] decipher(byte[] owner, FrameHeader header, String subject, byte[] bytes, int offset) {
        SecretKey key = key(header, subject);
        Bench bench = bench();
        try {
            return bench.open(key, owner, header, subject, bytes, offset);
        } finally {
            idle.offer(bench);
        }
    }

    private SecretKey key(FrameHeader header, String subject) {
        Seed seed = new Seed(header.epoch(), header.sealing(), header.seed());
        synchronized (keys) {
            SecretKey known = keys.get(seed);
            if (known != null) {
                return known;
            }
        }
        SecretKey key = chain.frameKeys(header.epoch(), subject).of(header.sealing(), header.seed(), subject);
        synchronized (keys) {
            keys.put(seed, key);
        }
        return key;
    }

    private Bench bench() {
        Bench bench = idle.poll();
        if (bench != null) {
            return bench;
        }
        Decompressor decompressor = new Decompressor();
        Bench fresh = new Bench(decompressor);
        CLEANER.register(fresh, decompressor::close);
        return fresh;
    }

    private record Seed(int epoch, Sealing sealing, Digest seed) {}

    /** The newest keys by last use. */
    private static final class RecentKeys extends LinkedHashMap<Seed, SecretKey> {
        private static final long serialVersionUID = 1;

        RecentKeys() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Seed, SecretKey> eldest) {
            return size() > KEYS_MAX;
        }
    }

    /** What one thread needs to open a frame. */
    private static final class Bench {

        private final FrameCipher cipher = new FrameCipher();
        private final Decompressor decompressor;
        private byte[] content = {};

        Bench(Decompressor decompressor) {
            this.decompressor = decompressor;
        }

        byte[] open(SecretKey key, byte[] owner, FrameHeader header, String subject, byte[] bytes, int offset) {
            int length = header.frameLength() - FrameHeader.BYTES - FrameHeader.TAG_BYTES;
            byte[] plain = new byte[header.plainLength()];
            if (!header.compressed() && length != plain.length) {
                throw new VaultFault.Damage("a frame is not as long as its plaintext", subject);
            }
            if (header.compressed() && content.length < length) {
                content = new byte[length];
            }
            byte[] target = header.compressed() ? content : plain;
            if (!cipher.open(key, owner, header, bytes, offset, target)) {
                throw new VaultFault.Damage("a frame does not authenticate", subject);
            }
            if (header.compressed() && !decompressor.decompress(content, length, plain)) {
                throw new VaultFault.Damage("a frame does not decompress", subject);
            }
            return plain;
        }
    }
}
