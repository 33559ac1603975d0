// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NodeTest {

    private static final Instant TIME = Instant.parse("2026-07-01T00:00:00.123456Z");

    @Test
    void everyNodeIsReadAsItWasWritten() {
        long seed = 11;
        RandomTrees random = new RandomTrees(seed);
        for (int round = 0; round < 400; round++) {
            Node node = random.node();
            byte[] encoded = node.encode();
            Node decoded = Node.decode("n", encoded);
            assertThat(decoded.encode()).as("seed " + seed).isEqualTo(encoded);
            assertThat(decoded.height()).isEqualTo(node.height());
            if (!(node instanceof TableBranch)) {
                assertThat(decoded).isEqualTo(node);
            }
        }
    }

    @Test
    void whateverADecoderAcceptsHasOneEncoding() {
        long seed = 12;
        RandomTrees random = new RandomTrees(seed);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            Optional<byte[]> mutated = random.mutated(random.node().encode());
            if (mutated.isEmpty()) {
                continue;
            }
            try {
                assertThat(Node.decode("n", mutated.get()).encode()).as("seed " + seed).isEqualTo(mutated.get());
                accepted++;
            } catch (VaultFault.Damage _) {
                refused++;
            }
        }
        assertThat(accepted).isPositive();
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void noiseIsRefusedWithoutAskingForMemory() {
        Random dice = new Random(13);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[dice.nextInt(200)];
            dice.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = (byte) (1 + dice.nextInt(4));
            }
            try {
                assertThat(Node.decode("n", noise).encode()).isEqualTo(noise);
            } catch (VaultFault.Damage _) {
                // as it should be
            }
        }
    }

    @Test
    void pathsThatLeaveTheTableAreRefusedOnBothSides() {
        for (String path : List.of("/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\0b", "x".repeat(4097))) {
            assertThat(EntryPath.objection(EntryPath.bytes(path))).as(path).isPresent();
            assertThatThrownBy(() -> EntryCodec.encode(FileEntry.file(path, 0, TIME)))
                    .isInstanceOf(VaultFault.Refused.class);
            byte[] bytes = EntryPath.bytes(path);
            byte[] table = new Encoder().u8(3).varint(1).bytes(bytes).u8(2).raw(new byte[40]).toByteArray();
            assertThatThrownBy(() -> Node.decode("n", table)).isInstanceOf(VaultFault.Damage.class);
        }
        for (String path : List.of("", "a", "...", "a/..b", ".a/b.", "x".repeat(4096))) {
            assertThat(EntryPath.objection(EntryPath.bytes(path))).as(path).isEmpty();
        }
    }

    @Test
    void anyBytesCanBeANameAndComeBack() {
        Random dice = new Random(14);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[dice.nextInt(20)];
            dice.nextBytes(bytes);
            assertThat(EntryPath.bytes(EntryPath.text(bytes))).isEqualTo(bytes);
        }
        assertThat(EntryPath.text("dé/\uD83D\uDE00".getBytes(StandardCharsets.UTF_8))).isEqualTo("dé/\uD83D\uDE00");
        assertThat(EntryPath.text("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("caf\udce9");
    }

    @Test
    void anEntryThatIsTooLargeIsRefused() {
        Map<String, String> many = new HashMap<>();
        for (int at = 0; at < 10; at++) {
            many.put("k" + at, "v".repeat(2000));
        }
        FileEntry file = FileEntry.file("a", 0, TIME);
        assertThatThrownBy(() -> EntryCodec.encode(file.withAttributes(many))).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> EntryCodec.encode(file.ownedBy("o".repeat(5000), "")))
                .isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> EntryCodec.encode(FileEntry.link("a", "t".repeat(5000), TIME)))
                .isInstanceOf(VaultFault.Refused.class);
    }

    @Test
    void contentThatDoesNotCoverTheSizeIsDamage() {
        List<Part> parts = List.of(new Part.Zeros(10));
        byte[] good = new TableLeaf(List.of(FileEntry.file("a", 0, TIME)
                .withContent(10, ContentCheck.none(), new FileContent.Inline(parts)))).encode();
        Node.decode("n", good);
        byte[] bad = good.clone();
        int size = indexOf(good, new byte[]{10});
        bad[size] = 11;
        assertThatThrownBy(() -> Node.decode("n", bad)).isInstanceOf(VaultFault.Damage.class);
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at < bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }
}
