// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import dev.muster.disk.InterceptedDisk.Operation;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.file.FileStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The real disk behaves as {@link Disk} says, and says why it does not do something. */
class LocalDiskTest {

    @TempDir
    Path directory;

    private LocalDisk disk() {
        return LocalDisk.at(directory);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        try (var file = disk().create("a")) {
            file.write(ByteBuffer.wrap(new byte[]{1, 2, 3, 4}), 0);
            file.write(ByteBuffer.wrap(new byte[]{9, 9}), 1);
            file.force();
            assertThat(file.length()).isEqualTo(4);
        }
        try (var file = disk().open("a")) {
            var bytes = ByteBuffer.allocate(10);
            assertThat(file.read(bytes, 1)).isEqualTo(3);
            assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(new byte[]{9, 9, 4}));
            assertThat(file.read(ByteBuffer.allocate(1), 4)).isEqualTo(-1);
        }
    }

    @Test
    void aTreeAboveALinkIsAboveWhatTheLinkLeadsTo() throws Exception {
        Files.createDirectories(directory.resolve("real/sub"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real/sub"));

        LocalDisk.make(directory.resolve("link/../tree")).create("a").close();

        assertThat(directory.resolve("real/tree/a")).exists();
    }

    @Test
    void nothingIsReplacedUnlessItIsMovedOver() throws Exception {
        disk().create("a").close();
        disk().makeDirectory("d");

        assertThatThrownBy(() -> disk().create("a")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk().link("a", "d")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk().makeDirectory("a")).isInstanceOf(FileAlreadyExistsException.class);
        disk().link("a", "d/b");
        disk().create("c").close();
        disk().move("c", "d/b");
        assertThat(disk().stat("c")).isEmpty();
        assertThat(disk().stat("a").orElseThrow().file()).isTrue();
    }

    @Test
    void whatIsAbsentIsSaidToBe() throws Exception {
        disk().makeDirectory("d");

        assertThatThrownBy(() -> disk().open("a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().open("d")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().unlink("d")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().unlink("a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().force("a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().create("x/a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().link("a", "b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().move("a", "b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk().names("x", _ -> {
        })).isInstanceOf(NoSuchFileException.class);
        assertThat(disk().stat("a")).isEmpty();
        assertThat(disk().stat("d").orElseThrow().directory()).isTrue();
        assertThat(disk().stat("").orElseThrow().directory()).isTrue();
    }

    @Test
    void namesAreThoseInOneDirectory() throws Exception {
        disk().makeDirectory("d");
        disk().create("d/a").close();
        disk().create("b").close();
        disk().force("");
        disk().force("d");
        var names = new TreeSet<String>();

        disk().names("", names::add);

        assertThat(names).containsExactly("b", "d");
    }

    @Test
    void aFileThatExistsIsWrittenToWhereItIsTold() throws Exception {
        var disk = disk();
        try (var file = disk.create("f")) {
            file.write(ByteBuffer.wrap(new byte[]{1, 2, 3}), 0);
        }
        try (var file = disk.openToWrite("f")) {
            file.write(ByteBuffer.wrap(new byte[]{9}), 1);
            file.forceData();
        }
        assertThat(Files.readAllBytes(directory.resolve("f"))).containsExactly(1, 9, 3);
        assertThatThrownBy(() -> disk.openToWrite("none")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onlyAnEmptyDirectoryIsRemoved() throws Exception {
        var disk = disk();
        disk.makeDirectory("d");
        disk.create("d/f").close();
        assertThatThrownBy(() -> disk.removeDirectory("d")).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> disk.removeDirectory("d/f")).isInstanceOf(NoSuchFileException.class);
        disk.unlink("d/f");
        disk.removeDirectory("d");
        assertThat(directory.resolve("d")).doesNotExist();
        assertThatThrownBy(() -> disk.removeDirectory("d")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aDirectoryIsMadeOnlyInOneThatExists() throws Exception {
        assertThat(LocalDisk.make(directory.resolve("new")).stat("")).isPresent();
        assertThat(LocalDisk.make(directory.resolve("new")).place()).endsWith("new");
        assertThatThrownBy(() -> LocalDisk.make(directory.resolve("no/where"))).isInstanceOf(NoSuchFileException.class);
    }

    /** The kernel's own file systems refuse even the superuser. */
    @Test
    void aRefusalIsADenial() {
        assertThatThrownBy(() -> LocalDisk.at(Path.of("/sys")).create("muster"))
                .isInstanceOfAny(AccessDeniedException.class, Disk.ReadOnlyException.class);
        assertThatThrownBy(() -> FileStore.create(Path.of("/sys/kernel/muster"), new Random(1)))
                .isInstanceOf(StoreException.Denied.class);
    }

    @Test
    void aFullDiskIsToldByTheKernelsWordsOrByTheRoomLeft() throws Exception {
        try (var channel = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(10))).isInstanceOfSatisfying(IOException.class,
                    full -> assertThat(LocalDisk.explained(full, false, Long.MAX_VALUE))
                            .isInstanceOf(Disk.NoRoomException.class));
        }

        var otherWords = new IOException("Auf dem Ger\u00e4t ist kein Speicherplatz mehr verf\u00fcgbar");
        assertThat(LocalDisk.explained(otherWords, false, 4_096)).isInstanceOf(Disk.NoRoomException.class);
        assertThat(LocalDisk.explained(otherWords, false, 1 << 30)).isSameAs(otherWords);
        assertThat(LocalDisk.explained(new IOException("Disk quota exceeded"), false, 1 << 30))
                .isInstanceOf(Disk.NoRoomException.class);
        assertThat(LocalDisk.explained(otherWords, true, 1 << 30)).isInstanceOf(Disk.ReadOnlyException.class);
        assertThat(LocalDisk.explained(new FileSystemException("a", null, "Read-only file system"), false, 1 << 30))
                .isInstanceOf(Disk.ReadOnlyException.class);
        assertThat(LocalDisk.explained(new FileSystemException("a", null, "Operation not permitted"), false, 1 << 30))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void whatTheDiskSaysIsWhatTheStoreSays() throws Exception {
        FileStore.create(disk(), new Random(1)).close();
        var input = new IOException("Input/output error");

        assertThatThrownBy(() -> put(new Disk.NoRoomException(input))).isInstanceOf(StoreException.Full.class);
        assertThatThrownBy(() -> put(new Disk.ReadOnlyException(input))).isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> put(new AccessDeniedException("a"))).isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> put(input)).isInstanceOfSatisfying(StoreException.Transient.class,
                e -> assertThat(e.retryable()).isTrue());
        try (var entries = Files.list(directory.resolve(".tmp"))) {
            assertThat(entries).isEmpty();
        }
    }

    /** Puts an object on a disk that cannot force its bytes. */
    private void put(IOException failure) throws InterruptedException {
        var failing = new InterceptedDisk(disk(), step -> {
            if (step.operation() == Operation.FORCE && step.path().startsWith(".tmp/")) {
                throw failure;
            }
            return true;
        });
        try (Store store = FileStore.open(failing, new Random(2))) {
            store.put(Key.of("data/1"), Content.of(new byte[10]));
        } finally {
            assertThat(Files.exists(directory.resolve("data/1"))).isFalse();
        }
    }

    @Test
    void anObjectTooLongForMemoryIsRefusedBeforeItIsRead() throws Exception {
        var store = FileStore.create(disk(), new Random(1));
        try (var sparse = new RandomAccessFile(directory.resolve("huge").toFile(), "rw")) {
            sparse.setLength(Store.READ_BYTES_MAX + 1L);
        }

        assertThatThrownBy(() -> store.read(Key.of("huge"), Range.whole()))
                .isInstanceOf(StoreException.OutOfRange.class).hasMessageContaining("134217729");
        assertThat(store.read(Key.of("huge"), Range.last(10))).hasSize(10);
        var lengths = new TreeSet<Long>();
        store.list(Prefix.everything(), blob -> lengths.add(blob.length()));
        assertThat(lengths).containsExactly(134_217_729L);
    }
}
