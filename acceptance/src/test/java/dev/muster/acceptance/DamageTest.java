// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A repository with two backups of a real server, harmed in every way: {@code repo check} finds it, exit 3. It is harmed in
 * its place, where this host remembers what it has seen: a copy elsewhere may well be an older one.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DamageTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_120;

    private Path folder = Path.of("");
    private Path repository = Path.of("");

    /** Two backups; {@code earlier} is what the repository was between them, {@code whole} after them. */
    @BeforeAll
    void backUpTwice(@TempDir Path given) throws Exception {
        folder = given;
        repository = folder.resolve("repository");
        try (var server = SERVERS.fresh(18)) {
            server.execute("create table t as select n, md5(n::text) s from generate_series(1, 20000) n");
            succeed("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                    "--postgres", "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                            + server.server().address().port() + "/postgres?sslmode=disable");
            succeed("backup", "clinic");
            copy(repository, folder.resolve("earlier"));
            server.execute("update t set s = md5(s)");
            succeed("backup", "clinic");
        }
        copy(repository, folder.resolve("whole"));
        var sound = check();
        assertThat(sound.status()).as(sound.said()).isZero();
        assertThat(sound.out()).contains("Sound", "2 snapshots");
    }

    @ParameterizedTest
    @ValueSource(strings = {"charter", "data", "epoch", "grant", "index", "lineage", "map", "roll", "snapshot", "wal"})
    void aFlippedBitIsFoundInEveryKindOfObject(String kind) throws Exception {
        var object = newest(repository.resolve(kind));
        var bytes = Files.readAllBytes(object);
        var bit = new Random(SEED + kind.hashCode()).nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        write(object, bytes);

        assertFound("bit " + bit + " of " + repository.relativize(object));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "lineage", "map", "roll", "snapshot"})
    void anObjectThatIsGoneIsMissed(String kind) throws Exception {
        var object = newest(repository.resolve(kind));
        Files.delete(object);

        assertFound("without " + repository.relativize(object));
    }

    /** Also what no snapshot needs: the moments between two of them are to be had only with it. */
    @Test
    void anyPartOfTheLogThatIsGoneIsMissed() throws Exception {
        var ranges = objects(repository.resolve("wal"));
        for (var range : ranges) {
            putInPlace("whole");
            for (var gone : overlapping(range, ranges)) {
                Files.delete(gone);
            }

            assertFound("without " + repository.relativize(range));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "map", "snapshot", "wal"})
    void anObjectThatWasCutIsFound(String kind) throws Exception {
        var object = newest(repository.resolve(kind));
        var bytes = Files.readAllBytes(object);
        write(object, Arrays.copyOf(bytes, bytes.length / 2));

        assertFound("half of " + repository.relativize(object));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "map", "snapshot", "wal"})
    void twoObjectsThatChangedPlacesAreFound(String kind) throws Exception {
        var objects = objects(repository.resolve(kind));
        assertThat(objects).as(kind).hasSizeGreaterThan(1);
        var first = Files.readAllBytes(objects.getFirst());
        var last = Files.readAllBytes(objects.getLast());
        write(objects.getFirst(), last);
        write(objects.getLast(), first);

        assertFound("swapped " + kind);
    }

    @Test
    void aRepositoryThatIsAnEarlierOneIsFoundByWhoeverSawTheLater() throws Exception {
        putInPlace("earlier");

        assertFound("the repository as it was before its second backup");
        assertThat(points()).contains("This host has seen a newer state of the repository");
    }

    @Test
    void aSnapshotThatIsGoneIsSaidWhereSnapshotsAreListed() throws Exception {
        assertThat(points()).doesNotContain("Note:");
        Files.delete(newest(repository.resolve("snapshot")));

        assertThat(points()).contains("was committed and never removed, and is not there");
    }

    private String points() throws Exception {
        var outcome = new Program(folder).run("points", "clinic");
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.out();
    }

    private void assertFound(String what) throws Exception {
        var outcome = check();
        assertThat(outcome.status()).as("%s: %s", what, outcome.said()).isEqualTo(3);
    }

    private Program.Outcome check() throws Exception {
        return new Program(folder).run("repo", "check", "--read-only");
    }

    private void succeed(String... arguments) throws Exception {
        var outcome = new Program(folder).run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
    }

    @BeforeEach
    void makeWhole() throws IOException {
        putInPlace("whole");
    }

    private void putInPlace(String copy) throws IOException {
        for (var object : objects(repository)) {
            Files.delete(object);
        }
        copy(folder.resolve(copy), repository);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Those of one kind, by their names, which are digests: the order says nothing. */
    private static List<Path> objects(Path kind) throws IOException {
        try (var files = Files.walk(kind)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Those that hold some of its bytes: tails and the range that was made of them are there together. */
    private static List<Path> overlapping(Path range, List<Path> ranges) {
        return ranges.stream()
                .filter(other -> other.startsWith(range.resolveSibling("")))
                .filter(other -> span(other).getFirst().compareTo(span(range).getLast()) < 0)
                .filter(other -> span(range).getFirst().compareTo(span(other).getLast()) < 0)
                .toList();
    }

    /** START and END of START-END-DIGEST, digits of equal number. */
    private static List<String> span(Path range) {
        return List.of(range.getFileName().toString().split("-", -1)).subList(0, 2);
    }

    private static Path newest(Path kind) throws IOException {
        return objects(kind).stream().max(Comparator.comparing(file -> {
            try {
                return Files.getLastModifiedTime(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })).orElseThrow();
    }

    private static void write(Path object, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-------"));
        Files.write(object, bytes);
    }
}
