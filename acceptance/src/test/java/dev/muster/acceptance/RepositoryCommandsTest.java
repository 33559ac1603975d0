// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a newcomer does first, with the packaged program: init, and a look at what it made. */
class RepositoryCommandsTest {

    private static final String[] INIT = {"init", "--system", "clinic", "--repository", "repository", "--key-file",
            "clinic.key", "--postgres", "postgresql://muster@db/postgres"};

    @TempDir
    private Path folder;

    @Test
    void initIsDoneOnceAndCanBeRepeated() throws Exception {
        Program.Outcome first = run(INIT);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).contains("KEEP A COPY OF THE KEY ELSEWHERE");
        assertThat(first.err()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("clinic.key"))))
                .isEqualTo("rw-------");
        assertThat(run(INIT).out()).contains("Nothing to do");
    }

    @Test
    void initWithoutATerminalAsksNothing() throws Exception {
        Program.Outcome outcome = run("init");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("--system NAME, --repository URL, --key-file FILE, or "
                + "--passphrase-file FILE, --postgres URL");
    }

    @Test
    void slotsAreAddedListedAndRemoved() throws Exception {
        run(INIT);
        Program.Outcome added =
                run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(run("repo", "keys", "list").out()).contains("first owner", "db1", "capture",
                "Epoch 1 of the keys, begun ");
        String slot = added.out().replaceAll("(?s)Added slot ([0-9a-f]+):.*", "$1");
        assertThat(run("repo", "keys", "remove", slot, "--yes").out()).contains("not revocation", "Removed.");
        assertThat(run("repo", "keys", "list", "--key-file", "db1.key").status()).isEqualTo(2);
    }

    @Test
    void statisticsCountWhatInitMade() throws Exception {
        run(INIT);
        Program.Outcome outcome = run("repo", "stats");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsSubsequence("kind", "charter", "epoch", "grant", "slot", "all");
    }

    @Test
    void aFlippedBitIsDamage() throws Exception {
        run(INIT);
        run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        Program.Outcome sound = run("repo", "check");
        assertThat(sound.status()).as(sound.out() + sound.err()).isZero();
        assertThat(sound.out()).contains("Sound, and EMPTY");
        String flipped = flipABitOfTheLastGrant();
        for (String[] check : List.of(new String[]{"repo", "check"},
                new String[]{"repo", "check", "--bytes", "--repository", "repository"})) {
            Program.Outcome outcome = run(check);
            assertThat(outcome.status()).as(outcome.out() + outcome.err()).isEqualTo(3);
            assertThat(outcome.out()).contains("DAMAGE  " + flipped, "DAMAGE FOUND: 1 place");
            assertThat(outcome.err()).isEmpty();
        }
    }

    @Test
    void aWrongKeyIsWrongUsage() throws Exception {
        run(INIT);
        Files.writeString(folder.resolve("wrong.key"), "a".repeat(64));
        Files.setPosixFilePermissions(folder.resolve("wrong.key"), PosixFilePermissions.fromString("rw-------"));
        Program.Outcome outcome = run("repo", "keys", "list", "--key-file", "wrong.key");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("code: vault.wrong-key");
    }

    @Test
    void aMissingConfigurationIsWrongUsage() throws Exception {
        Program.Outcome outcome = run("repo", "keys", "list");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("code: config.absent", "muster init");
    }

    /** That of the slot that was added: the owner's is left alone. */
    private String flipABitOfTheLastGrant() throws IOException {
        try (var grants = Files.list(folder.resolve("repository/grant"))) {
            Path grant = grants.max(Comparator.comparing(RepositoryCommandsTest::modified)).orElseThrow();
            byte[] bytes = Files.readAllBytes(grant);
            bytes[bytes.length / 2] ^= 4;
            Files.setPosixFilePermissions(grant, PosixFilePermissions.fromString("rw-------"));
            Files.write(grant, bytes);
            return "grant/" + grant.getFileName();
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }
}
