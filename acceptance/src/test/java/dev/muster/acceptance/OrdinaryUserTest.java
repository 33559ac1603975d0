// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged program in the hands of a user without any rights of root's; if root runs the tests, of another user. */
class OrdinaryUserTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static String done(Program program, String... arguments) throws Exception {
        var outcome = program.run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.out();
    }

    @Test
    void anOrdinaryUserBacksUpAndRestoresAndNobodyElseCanReadWhatIsKept() throws Exception {
        var home = SERVERS.directory();
        var program = Program.as(SERVERS.account(), home);
        var restored = home.resolve("restored");
        try (var server = SERVERS.fresh(18)) {
            server.execute("create table visits as select generate_series(1, 1000) n");
            done(program, "init", "--system", "clinic", "--repository", "backups/repository", "--key-file",
                    "keys/clinic.key", "--postgres", "postgresql://postgres@" + ServerAddress.TCP_HOST + ":"
                            + server.server().address().port() + "/postgres?sslmode=disable");
            done(program, "backup", "clinic");
        }
        assertThat(done(program, "restore", "clinic", "--to", "latest", "--into", restored.toString()))
                .contains("as planned");
        assertThat(home.resolve("backups/repository/proof")).as("that it came back").isDirectoryContaining("glob:**");
        done(program, "repo", "check");
        checksWhatItMayOnlyRead(program, home.resolve("backups/repository"));

        assertThat(openToOthers(home.resolve("backups/repository"))).isEmpty();
        assertThat(openToOthers(home.resolve(".local/state/muster"))).isEmpty();
        assertThat(openToOthers(home.resolve("keys"))).isEmpty();
        assertThat(openToOthers(home.resolve("muster.yaml"))).isEmpty();
        assertThat(openToOthers(restored)).isEmpty();
        try (var copy = SERVERS.start(SERVERS.installation(18), Cluster.at(restored))) {
            assertThat(copy.query("select count(*) from visits")).containsExactly("1000");
        }
    }

    private static void checksWhatItMayOnlyRead(Program program, Path repository) throws Exception {
        change(repository, "a-w");
        for (var words : List.of("repo check", "repo check --share 50%", "repo check --read-only")) {
            assertThat(done(program, words.split(" "))).as(words).contains("Sound:");
        }
        assertThat(done(program, "ledger", "verify")).contains("Whole:");
        change(repository, "u+w");
    }

    private static void change(Path tree, String mode) throws Exception {
        assertThat(new ProcessBuilder("chmod", "-R", mode, tree.toString()).inheritIO().start().waitFor()).isZero();
    }

    /** What below this, itself too, is not the user's, or has any right for others. */
    private static List<String> openToOthers(Path tree) throws Exception {
        var found = new ArrayList<String>();
        try (var paths = Files.walk(tree)) {
            for (var path : paths.toList()) {
                var mode = PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                var owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
                if (!mode.endsWith("------") || !owner.equals(SERVERS.account().uid())) {
                    found.add(path + " " + mode + " of " + owner);
                }
            }
        }
        return found;
    }
}
