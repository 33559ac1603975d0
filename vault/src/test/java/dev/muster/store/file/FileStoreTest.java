// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Sha256;
import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import dev.muster.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileStoreTest extends StoreConformance {

    private static final AtomicLong SEEDS = new AtomicLong();
    private static final Key KEY = Key.of("data/ab/object");

    @TempDir
    Path above;

    @Override
    protected Store newStore() throws Exception {
        return FileStore.create(root(), random());
    }

    private Path root() {
        return above.resolve("store");
    }

    private static Random random() {
        return new Random(SEEDS.incrementAndGet());
    }

    private List<String> temporaries() throws IOException {
        return names(root().resolve(".tmp"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @Test
    void anObjectIsAFileWhosePathIsItsKey() throws Exception {
        put("data/ab/object", bytes(1, 5_000));

        assertThat(Files.readAllBytes(root().resolve("data/ab/object"))).isEqualTo(bytes(1, 5_000));
    }

    @Test
    void onlyTheOwnerMayReadAndWrite() throws Exception {
        put("data/ab/object", bytes(1, 10));

        for (var directory : List.of("", "data", "data/ab", ".tmp")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(directory))))
                    .isEqualTo("rwx------");
        }
        for (var file : List.of("data/ab/object", "MUSTER-STORE")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void noTemporaryOutlivesItsPut() throws Exception {
        put("data/ab/object", bytes(1, 10));
        put("data/ab/object", bytes(1, 10));
        assertThatThrownBy(() -> put("data/ab/object", bytes(2, 10))).isInstanceOf(StoreException.class);
        var wrong = Content.of(bytes(1, 10)).expecting(Sha256.of(bytes(2, 10)));
        assertThatThrownBy(() -> store().put(Key.of("x"), wrong)).isInstanceOf(StoreException.class);
        store().now();

        assertThat(temporaries()).isEmpty();
    }

    @Test
    void machinesThatDrawTheSameNamesDoNotDisturbEachOther() throws Exception {
        var one = FileStore.open(root(), new Random(7));
        var other = FileStore.open(root(), new Random(7));
        var bytes = bytes(1, 50_000);
        var content = Content.of(bytes.length, () -> {
            quietly(() -> other.put(Key.of("data/other"), Content.of(bytes)));
            return new ByteArrayInputStream(bytes);
        });

        one.put(KEY, content);

        assertThat(keys("")).containsExactly("data/ab/object", "data/other");
        assertThat(one.read(KEY, Range.whole())).isEqualTo(bytes);
        assertThat(temporaries()).isEmpty();
    }

    private static void quietly(Act act) {
        try {
            act.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsBeingWrittenIsNotListed() throws Exception {
        Files.write(root().resolve(".tmp/0123"), bytes(1, 10));

        assertThat(keys("")).isEmpty();
    }

    @Test
    void openingRemovesTemporariesThatNobodyWritesAnyMore() throws Exception {
        var old = Files.write(root().resolve(".tmp/0123"), bytes(1, 10));
        var young = Files.write(root().resolve(".tmp/4567"), bytes(1, 10));
        Files.setLastModifiedTime(old, FileTime.from(store().now().minus(Duration.ofHours(25))));
        Files.setLastModifiedTime(young, FileTime.from(store().now().minus(Duration.ofHours(23))));

        FileStore.open(root(), random()).close();

        assertThat(temporaries()).containsExactly("4567");
    }

    @Test
    void namesThatAreNoKeysAreNotListed() throws Exception {
        put("data/ab/object", bytes(1, 10));
        Files.write(root().resolve("data/.hidden"), bytes(1, 10));
        Files.write(root().resolve("data/README.TXT"), bytes(1, 10));
        Files.createDirectory(root().resolve("lost+found"));
        Files.createDirectories(root().resolve("data/empty/deeper"));
        Files.createSymbolicLink(root().resolve("data/link"), root().resolve("data/ab/object"));

        assertThat(keys("")).containsExactly("data/ab/object");
        assertThat(store().stat(Key.of("data/link"))).isEmpty();
        assertThatThrownBy(() -> store().read(Key.of("data/link"), Range.whole()))
                .isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    void aStoreIsFoundAgain() throws Exception {
        put("data/ab/object", bytes(1, 10));
        store().close();

        try (var again = FileStore.open(root(), random())) {
            assertThat(again.read(KEY, Range.whole())).isEqualTo(bytes(1, 10));
            assertThat(again.capabilities()).isEqualTo(store().capabilities());
            assertThat(again.place()).isEqualTo(root().toString());
        }
    }

    @Test
    void aStoreCopiedWithoutItsHiddenFilesIsFoundAgain() throws Exception {
        put("data/ab/object", bytes(1, 10));
        Files.delete(root().resolve(".tmp"));

        try (var again = FileStore.open(root(), random())) {
            again.put(Key.of("data/ab/other"), Content.of(bytes(2, 10)));
            assertThat(again.read(KEY, Range.whole())).isEqualTo(bytes(1, 10));
        }
    }

    @Test
    void aDirectoryWithoutAMarkerIsNoStore() throws Exception {
        var mountPoint = Files.createDirectory(above.resolve("unmounted"));

        assertThatThrownBy(() -> FileStore.open(mountPoint, random())).isInstanceOf(StoreException.Absent.class)
                .hasMessageContaining("MUSTER-STORE is missing").hasMessageContaining("unmounted");
        assertThatThrownBy(() -> FileStore.open(above.resolve("nowhere"), random()))
                .isInstanceOf(StoreException.Absent.class);
        assertThat(mountPoint).isEmptyDirectory();
    }

    @Test
    void aMarkerOfAnotherVersionIsNotUnderstood() throws Exception {
        Files.writeString(root().resolve("MUSTER-STORE"), "muster-store 2\n");

        assertThatThrownBy(() -> FileStore.open(root(), random())).isInstanceOf(StoreException.Absent.class)
                .hasMessageContaining("this version");
    }

    @Test
    void aVolumeThatGoesAwayIsNeverAnEmptyStore() throws Exception {
        put("data/ab/object", bytes(1, 10));
        Files.move(root(), above.resolve("elsewhere"));

        assertGone();
        Files.createDirectory(root());
        assertGone();
        assertThat(root()).isEmptyDirectory();
    }

    @Test
    void anotherStoreInItsPlaceIsNoticed() throws Exception {
        put("data/ab/object", bytes(1, 10));
        Files.move(root(), above.resolve("elsewhere"));
        FileStore.create(root(), random()).close();

        assertGone();
        assertThat(names(root())).containsExactly(".tmp", "MUSTER-STORE");
    }

    private void assertGone() {
        for (Act act : List.<Act>of(() -> store().stat(KEY), () -> store().read(KEY, Range.whole()),
                () -> put("data/ab/object", bytes(1, 10)), () -> store().delete(KEY), () -> store().now(),
                () -> keys(""))) {
            assertThatThrownBy(act::run).isInstanceOf(StoreException.Absent.class);
        }
    }

    @Test
    void aVolumeThatGoesAwayDuringAListingIsNoticed() throws Exception {
        put("data/ab/object", bytes(1, 10));
        put("wal/1", bytes(1, 10));
        var seen = new ArrayList<String>();

        assertThatThrownBy(() -> store().list(Prefix.everything(), blob -> {
            seen.add(blob.key().value());
            if (seen.size() == 1) {
                moveAway();
            }
        })).isInstanceOf(StoreException.Absent.class);
    }

    private void moveAway() {
        try {
            Files.move(root(), above.resolve("elsewhere"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStoreIsMadeOnlyInAnEmptyDirectory() throws Exception {
        assertThatThrownBy(() -> FileStore.create(root(), random())).isInstanceOf(StoreException.AlreadyExists.class)
                .hasMessageContaining("holds a store");
        var used = Files.createDirectory(above.resolve("used"));
        Files.write(used.resolve("thesis.txt"), bytes(1, 10));
        assertThatThrownBy(() -> FileStore.create(used, random())).isInstanceOf(StoreException.AlreadyExists.class)
                .hasMessageContaining("thesis.txt");
        assertThatThrownBy(() -> FileStore.create(above.resolve("no/where"), random()))
                .isInstanceOf(StoreException.Absent.class);
        assertThatThrownBy(() -> FileStore.create(used.resolve("thesis.txt"), random()))
                .isInstanceOf(StoreException.class);

        var volume = Files.createDirectory(above.resolve("volume"));
        Files.createDirectory(volume.resolve("lost+found"));
        FileStore.create(volume, random()).close();
        FileStore.open(volume, random()).close();
    }

    @Test
    void objectsThatAnyToolCopiedAreReadableWithoutAMarker() throws Exception {
        var copied = above.resolve("downloaded");
        Files.createDirectories(copied.resolve("data/ab"));
        Files.write(copied.resolve("data/ab/object"), bytes(1, 5_000));

        try (var store = FileStore.openReadOnly(copied)) {
            assertThat(store.read(KEY, Range.of(10, 100))).hasSize(100);
            var seen = new ArrayList<String>();
            store.list(Prefix.everything(), blob -> seen.add(blob.key().value()));
            assertThat(seen).containsExactly("data/ab/object");
            for (Act act : List.<Act>of(() -> store.put(KEY, Content.of(new byte[1])), () -> store.delete(KEY),
                    store::now)) {
                assertThatThrownBy(act::run).isInstanceOf(StoreException.Denied.class);
            }
            assertThat(names(copied)).containsExactly("data");
        }
        assertThatThrownBy(() -> FileStore.openReadOnly(Files.createDirectory(above.resolve("empty"))))
                .isInstanceOf(StoreException.Absent.class);
        assertThatThrownBy(() -> FileStore.openReadOnly(above.resolve("nowhere")))
                .isInstanceOf(StoreException.Absent.class);
    }

    @Test
    void aStoreOpenedForReadingNoticesThatItGoesAway() throws Exception {
        put("data/ab/object", bytes(1, 10));
        try (var reading = FileStore.openReadOnly(root())) {
            assertThat(reading.read(KEY, Range.whole())).hasSize(10);
            moveAway();
            assertThatThrownBy(() -> reading.stat(KEY)).isInstanceOf(StoreException.Absent.class);
            Files.createDirectory(root());
            assertThatThrownBy(() -> reading.read(KEY, Range.whole())).isInstanceOf(StoreException.Absent.class);
        }
    }

    @Test
    void aDirectoryThatSomebodyRemovedIsMadeAgain() throws Exception {
        put("data/ab/object", bytes(1, 10));
        store().delete(KEY);
        Files.delete(root().resolve("data/ab"));

        assertThatThrownBy(() -> put("data/ab/object", bytes(1, 10))).isInstanceOf(StoreException.Transient.class);
        put("data/ab/object", bytes(1, 10));
        assertThat(keys("")).containsExactly("data/ab/object");
    }

    @Test
    void aTornObjectIsNotTakenForTheSameBytes() throws Exception {
        put("data/ab/object", bytes(1, 10_000));
        try (var file = new RandomAccessFile(root().resolve("data/ab/object").toFile(), "rw")) {
            file.setLength(5_000);
        }

        assertThatThrownBy(() -> put("data/ab/object", bytes(1, 10_000)))
                .isInstanceOf(StoreException.AlreadyExists.class);
    }

    @Test
    void aKeyThatIsTheBeginningOfAnotherIsRefused() throws Exception {
        put("data/ab/object", bytes(1, 10));

        assertThatThrownBy(() -> put("data/ab", bytes(1, 10))).isInstanceOf(IllegalArgumentException.class);
        store().delete(Key.of("data/ab"));
        assertThat(keys("")).containsExactly("data/ab/object");
    }

    @Test
    void theClockIsThatOfTheFileSystem() throws Exception {
        var before = Instant.now();
        var now = store().now();

        assertThat(Duration.between(before, now).abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(store().now()).isAfterOrEqualTo(now);
    }

    @Test
    void hardLinksDecideBetweenCreators() {
        assertThat(store().capabilities().conditionalPut()).isTrue();
        assertThat(store().capabilities().listing()).isEqualTo(Capabilities.Listing.STRONG);
        assertThat(Files.isDirectory(root().resolve(".tmp"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
}
