// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.BlockNames;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.FrameExpectation;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.Naming;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.SealedObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The repository that {@link VectorGenerator} wrote: these bytes are the format, for ever. */
class VectorTest {

    private static final byte[] TEXT = VectorGenerator.TEXT;
    private static final byte[] SHORT = VectorGenerator.SHORT;

    private final Properties frozen = new Properties();
    private final TestRing ring = new TestRing(1);

    @BeforeEach
    void read() throws IOException, InterruptedException {
        var resource = Objects.requireNonNull(getClass().getResourceAsStream("/vectors/v1/keys.txt"));
        try (InputStreamReader reader = new InputStreamReader(resource, StandardCharsets.US_ASCII)) {
            frozen.load(reader);
        }
        for (String name : frozen.stringPropertyNames()) {
            if (name.startsWith("object.")) {
                ring.store.put(Key.of(name.substring("object.".length())), Content.of(bytes(name)));
            }
        }
    }

    @Test
    void everyObjectHasTheDigestThatItsKeySaysAndAFamiliarKind() throws InterruptedException {
        for (Key key : ring.everything().keySet()) {
            ObjectKey parsed = ObjectKeys.parse(key.value()).orElseThrow();
            assertThat(parsed.value()).isEqualTo(key.value());
            assertThat(Digest.sha256(ring.read(key))).isEqualTo(parsed.digest());
        }
        assertThat(ring.keys(Kind.CHARTER)).hasSize(8);
        assertThat(ring.keys(Kind.SLOT)).hasSize(4);
        assertThat(ring.keys(Kind.EPOCH)).hasSize(3);
        assertThat(ring.keys(Kind.GRANT)).hasSize(12);
    }

    @Test
    void theOwnersRawKeyOpensEverything() throws InterruptedException {
        try (KeyRing owner = ring.open(1)) {
            assertThat(owner.findings()).isEmpty();
            assertThat(owner.repository().bytes()).isEqualTo(bytes("repository"));
            assertThat(owner.charter().rootKey()).isEqualTo(bytes("root"));
            assertThat(owner.charter().sequence()).isEqualTo(8);
            assertThat(owner.charter().activeSlots()).hasSize(4);
            assertThat(owner.slots()).extracting(SlotInfo::role).containsExactly(Role.OWNER, Role.CAPTURE,
                    Role.RESTORE, Role.REAP, Role.CAPTURE);
            for (int epoch = 1; epoch <= 3; epoch++) {
                assertSecrets(owner.chain().epoch(epoch), Role.OWNER);
                assertNames(owner.chain().names(epoch), epoch);
            }
        }
    }

    @Test
    void thePassphraseOpensItsSlot() throws InterruptedException {
        KeySource passphrase = KeySource.passphrase("correct horse fi".toCharArray());
        try (KeyRing capture = KeyRing.open(ring.store, passphrase, Optional.empty(), ring.clock, ring.random)) {
            assertThat(capture.slot().label()).isEqualTo("db1");
            for (int epoch = 1; epoch <= 3; epoch++) {
                assertSecrets(capture.chain().epoch(epoch), Role.CAPTURE);
            }
        }
    }

    @Test
    void theOtherRolesGetWhatIsTheirsAndTheRetiredOneNothing() throws InterruptedException {
        for (Role role : new Role[]{Role.RESTORE, Role.REAP}) {
            try (KeyRing opened = ring.open(role.code())) {
                assertThat(opened.role()).isEqualTo(role);
                for (int epoch = 1; epoch <= 3; epoch++) {
                    assertSecrets(opened.chain().epoch(epoch), role);
                }
            }
        }
        assertThatThrownBy(() -> ring.open(5)).isInstanceOf(VaultFault.WrongKey.class);
    }

    @Test
    void chartersAreWrittenByteForByteAsTheyWereRead() throws InterruptedException {
        try (KeyRing owner = ring.open(1)) {
            RootKey root = root();
            for (Key key : ring.keys(Kind.CHARTER)) {
                Charter charter = Charter.read(owner.repository(), root.publicKey(), "x", ring.read(key)).charter();
                assertThat(charter.object(owner.repository(), root)).isEqualTo(ring.read(key));
            }
        }
    }

    @Test
    void theFramesOpen() throws InterruptedException {
        try (KeyRing restore = ring.open(3)) {
            assertThat(open(restore, Naming.data(), "frame.data.text")).isEqualTo(TEXT);
            assertThat(open(restore, Naming.data(), "frame.data.short")).isEqualTo(SHORT);
            assertThat(open(restore, Naming.wal(VectorGenerator.LSN), "frame.wal.text")).isEqualTo(TEXT);
            assertThat(open(restore, Naming.map(), "frame.map.text")).isEqualTo(TEXT);
        }
        byte[] second = bytes("frame.data.short");
        FrameHeader header = FrameHeader.read("x", second, 0, second.length);
        assertThat(header.counter()).isEqualTo(1);
        assertThat(header.compressed()).isFalse();
        assertThat(header.epoch()).isEqualTo(3);
    }

    @Test
    void theMetadataObjectsOpen() throws InterruptedException {
        try (KeyRing reap = ring.open(4)) {
            SealedObject.Opened snapshot = SealedObject.read(reap.chain(), reap.authority(), Kind.SNAPSHOT, "x",
                    Instant.EPOCH, bytes("metadata.snapshot"));
            assertThat(snapshot.body()).isEqualTo(TEXT);
            assertThat(snapshot.role()).isEqualTo(Role.OWNER);
            SealedObject.Opened index = SealedObject.read(reap.chain(), reap.authority(), Kind.INDEX, "x",
                    Instant.EPOCH, bytes("metadata.index"));
            assertThat(index.body()).isEqualTo(new byte[(2 << 20) + 7]);
        }
    }

    @Test
    void theRepositoryCanStillBeWritten() throws InterruptedException {
        try (KeyRing owner = ring.open(1)) {
            assertThat(owner.newEpoch(true)).isEqualTo(4);
            owner.add(TestRing.raw(6), Role.CAPTURE, "db2");
        }
        try (KeyRing capture = ring.open(6)) {
            assertThat(capture.chain().current().epoch()).isEqualTo(4);
        }
    }

    private RootKey root() throws InterruptedException {
        Slot slot = null;
        for (Key key : ring.keys(Kind.SLOT)) {
            Slot read = Slot.read("x", ring.read(key));
            slot = read.role() == Role.OWNER ? read : slot;
        }
        Slot owner = Objects.requireNonNull(slot);
        SlotSecrets secrets = owner.unlock(TestRing.raw(1)).orElseThrow();
        for (Key key : ring.keys(Kind.GRANT)) {
            Grant grant = Grant.read(owner.repository(), owner.rootKey(), "x", ring.read(key));
            if (grant.slot().equals(owner.digest())) {
                return new RootKey(Objects.requireNonNull(grant.open(owner.repository(), secrets, "x").rootSeed()));
            }
        }
        throw new AssertionError("no grant for the owner");
    }

    private byte[] open(KeyRing restore, Naming naming, String name) {
        byte[] frame = bytes(name);
        FrameHeader header = FrameHeader.read(name, frame, 0, frame.length);
        return restore.chain().opener().open(FrameExpectation.of(naming, header), name, frame, 0);
    }

    private void assertSecrets(EpochKeys keys, Role role) {
        String epoch = "epoch." + keys.epoch();
        assertThat(keys.metadataKey()).isEqualTo(bytes(epoch + ".metadata-key"));
        assertThat(keys.openingPublicKey()).isEqualTo(bytes(epoch + ".opening-public-key"));
        assertThat(keys.namingKey()).isEqualTo(role.names() ? bytes(epoch + ".naming-key") : null);
        assertThat(keys.openingPrivateKey()).isEqualTo(role.opens() ? bytes(epoch + ".opening-private-key") : null);
    }

    private void assertNames(BlockNames names, int epoch) {
        String name = "epoch." + epoch + ".name.";
        assertThat(names.data(TEXT, 0, TEXT.length).bytes()).isEqualTo(bytes(name + "data"));
        assertThat(names.map(TEXT, 0, TEXT.length).bytes()).isEqualTo(bytes(name + "map"));
        assertThat(names.wal(VectorGenerator.LSN, TEXT, 0, TEXT.length).bytes()).isEqualTo(bytes(name + "wal"));
        assertThat(names.split(1, SHORT)).isEqualTo(bytes(name + "split")[0] & 0xFF);
    }

    private byte[] bytes(String name) {
        return HexFormat.of().parseHex(Objects.requireNonNull(frozen.getProperty(name), name));
    }
}
