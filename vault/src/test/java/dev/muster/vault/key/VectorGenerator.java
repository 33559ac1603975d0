// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.seal.BlockNames;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Compressor;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.FrameSealer;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.SealedObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Wrote {@code vault/src/test/resources/vectors/v1/keys.txt}, once. The file is frozen: what is in it must be read for
 * ever, so the generator is run again only for a new version of the format, into a new directory.
 *
 * <pre>{@code
 * java -cp vault/target/test-classes:vault/target/classes:bcprov.jar:zstd-jni.jar \
 *     dev.muster.vault.key.VectorGenerator vault/src/test/resources/vectors/vN/keys.txt
 * }</pre>
 *
 * <p>All randomness comes from one seed. A library that draws it in another order, or compresses in another way, makes
 * other bytes, which are as valid; the frozen ones are read all the same.
 */
public final class VectorGenerator {

    static final String PASSPHRASE = "correct horse ﬁ";
    static final byte[] TEXT = "A block of a file, which compresses: ".repeat(20).getBytes(StandardCharsets.US_ASCII);
    static final byte[] SHORT = "too short to compress".getBytes(StandardCharsets.US_ASCII);
    static final long LSN = 0x1_6B37_4000L;

    private static final HexFormat HEX = HexFormat.of();

    private final TestRing ring = new TestRing(20_260_701);
    private final Map<String, String> values = new TreeMap<>();

    private VectorGenerator() {}

    /** Writes the file of this name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        VectorGenerator generator = new VectorGenerator();
        generator.generate();
        StringBuilder out = new StringBuilder("# Frozen objects of format version 1: see VectorGenerator.\n");
        generator.values.forEach((name, value) -> out.append(name).append('=').append(value).append('\n'));
        Files.writeString(Path.of(arguments[0]), out, StandardCharsets.US_ASCII);
    }

    private void generate() throws InterruptedException {
        try (KeyRing owner = ring.create(1)) {
            owner.add(KeySource.passphrase(PASSPHRASE.toCharArray(), PassphraseCost.LOWEST), Role.CAPTURE, "db1");
            owner.newEpoch(true);
            owner.add(TestRing.raw(3), Role.RESTORE, "standby");
            owner.add(TestRing.raw(4), Role.REAP, "gc");
            owner.add(TestRing.raw(5), Role.CAPTURE, "retired");
            owner.newEpoch(false);
            owner.remove(owner.slots().getLast().digest());
            put("repository", owner.repository().bytes());
            put("root", owner.charter().rootKey());
            for (int epoch = 1; epoch <= 3; epoch++) {
                put(epoch, owner.chain().epoch(epoch));
                put(epoch, owner.chain().names(epoch));
            }
            frames(owner);
            metadata(owner);
        }
        Map<Key, byte[]> objects = ring.everything();
        objects.forEach((key, object) -> put("object." + key.value(), object));
    }

    private void put(int epoch, EpochKeys keys) {
        put("epoch." + epoch + ".metadata-key", keys.metadataKey());
        put("epoch." + epoch + ".naming-key", keys.namingKey());
        put("epoch." + epoch + ".opening-public-key", keys.openingPublicKey());
        put("epoch." + epoch + ".opening-private-key", keys.openingPrivateKey());
    }

    private void put(int epoch, BlockNames names) {
        put("epoch." + epoch + ".name.data", names.data(TEXT, 0, TEXT.length).bytes());
        put("epoch." + epoch + ".name.map", names.map(TEXT, 0, TEXT.length).bytes());
        put("epoch." + epoch + ".name.wal", names.wal(LSN, TEXT, 0, TEXT.length).bytes());
        put("epoch." + epoch + ".name.split", new byte[]{(byte) names.split(1, SHORT)});
    }

    private void frames(KeyRing owner) {
        BlockNames names = owner.chain().names();
        try (Compressor compressor = new Compressor(1)) {
            FrameSealer data = owner.chain().toOpening(ring.random);
            put("frame.data.text", frame(data, names.data(TEXT, 0, TEXT.length), compressor, TEXT));
            put("frame.data.short", frame(data, names.data(SHORT, 0, SHORT.length), compressor, SHORT));
            FrameSealer wal = owner.chain().toOpening(ring.random);
            put("frame.wal.text", frame(wal, names.wal(LSN, TEXT, 0, TEXT.length), compressor, TEXT));
            FrameSealer map = owner.chain().underMetadata(ring.random);
            put("frame.map.text", frame(map, names.map(TEXT, 0, TEXT.length), compressor, TEXT));
        }
    }

    private static byte[] frame(FrameSealer sealer, Digest id, Compressor compressor, byte[] plain) {
        Compressed content = compressor.compress(plain, 0, plain.length);
        byte[] frame = new byte[content.frameLength()];
        sealer.seal(id, content, frame, 0);
        return frame;
    }

    private void metadata(KeyRing owner) {
        put("metadata.snapshot", SealedObject.write(owner.chain(), owner.signer(), Kind.SNAPSHOT, TEXT, ring.random));
        put("metadata.index", SealedObject.write(owner.chain(), owner.signer(), Kind.INDEX, new byte[(2 << 20) + 7],
                ring.random));
    }

    private void put(String name, byte @Nullable [] value) {
        if (value == null) {
            throw new IllegalStateException("an owner has " + name);
        }
        values.put(name, HEX.formatHex(value));
    }
}
