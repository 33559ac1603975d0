// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.cli.Invocation;
import dev.muster.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The ledger as the command line writes and shows it, in this process, on a repository in a directory. */
class LedgerProgramTest {

    @TempDir
    private Path folder;

    private record Outcome(int status, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void init() {
        Outcome made = run("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                "--postgres", "postgresql://muster@localhost/postgres", "--yes");
        assertThat(made.status()).as(made.err()).isZero();
    }

    @Test
    void whatIsDoneToARepositoryIsShown() {
        run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        run("repo", "check", "--quick");
        run("repo", "keys", "rotate");
        run("repo", "gc", "--apply");
        JsonNode shown = run("ledger", "show", "--json").json();
        assertThat(shown.get("entries").valueStream()
                .map(entry -> entry.get("action").asString() + " " + entry.get("outcome").asString()))
                .containsExactly("init.create done", "keys.add begun", "keys.add done", "check.run done",
                        "keys.rotate begun", "keys.rotate done", "gc.run begun", "gc.run done");
        assertThat(shown.at("/entries/0/user").asString()).isEqualTo("tester");
        assertThat(shown.at("/entries/0/slot_label").asString()).isEqualTo("first owner");
        Outcome keys = run("ledger", "show", "--action", "keys", "--since", "1h");
        assertThat(keys.out()).as(keys.err()).contains("keys.add", "keys.rotate", "epoch=2")
                .doesNotContain("check.run");
        assertThat(run("ledger", "show", "--action", "backup").out()).contains("Nothing.");
        assertThat(run("ledger", "verify").out()).contains("Read 8 entries of 5 sessions", "Whole:");
    }

    @Test
    void aSessionThatIsTakenOutIsNamedByVerifyAndByCheck() throws IOException {
        List<Path> before = batches();
        run("repo", "keys", "rotate");
        List<Path> lost = batches();
        lost.removeAll(before);
        run("repo", "check", "--quick");
        assertThat(lost).hasSize(2);
        for (Path batch : lost) {
            Files.delete(batch);
        }
        Outcome verified = run("ledger", "verify");
        assertThat(verified.status()).isEqualTo(3);
        assertThat(verified.out()).contains("missing", lost.getLast().getFileName().toString(), "NOT WHOLE");
        JsonNode json = run("ledger", "verify", "--json").json();
        assertThat(json.get("whole").asBoolean()).isFalse();
        assertThat(json.at("/findings/0/kind").asString()).isEqualTo("missing");
        Outcome check = run("repo", "check", "--quick");
        assertThat(check.status()).isEqualTo(3);
        assertThat(check.out()).contains(lost.getLast().getFileName().toString());
        Outcome checkpoint = run("ledger", "checkpoint");
        assertThat(checkpoint.status()).isEqualTo(3);
        assertThat(checkpoint.err()).contains(lost.getLast().getFileName().toString());
    }

    @Test
    void aLedgerThatIsGoneIsMissedByThisHostAndLeavesUntoldWhatWasMade() throws IOException {
        run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        run("repo", "keys", "rotate");
        assertThat(run("ledger", "verify").out()).doesNotContain("untold");
        for (Path batch : batches()) {
            Files.delete(batch);
        }
        assertThat(run("ledger", "verify").status()).as("this host has seen it").isEqualTo(3);
        Outcome fresh = run(folder.resolve("fresh"), "ledger", "verify", "--repository", "repository", "--key-file",
                "clinic.key", "--json");
        assertThat(fresh.json().get("findings").valueStream().map(found -> found.get("kind").asString()))
                .as("two slots and two epochs").containsExactly("untold", "untold", "untold", "untold");
        assertThat(run(folder.resolve("fresh"), "ledger", "verify", "--repository", "repository", "--key-file",
                "clinic.key").out()).contains("EMPTY", "4 things are there of which it does not tell");
    }

    @Test
    void whatWasBegunAndStoppedIsShownAsUnfinished() throws IOException {
        List<Path> before = batches();
        run("repo", "keys", "rotate");
        List<Path> rotated = batches();
        rotated.removeAll(before);
        Files.delete(rotated.getLast());
        Outcome shown = run("ledger", "show", "--action", "keys", "--json");
        assertThat(shown.json().get("entries").valueStream().map(entry -> entry.get("outcome").asString()))
                .containsExactly("unfinished");
        assertThat(run(folder.resolve("fresh"), "ledger", "verify", "--repository", "repository", "--key-file",
                "clinic.key").out()).contains("unfinished", "tester@");
    }

    @Test
    void aHeadOnPaperFindsWhatAFreshHostCannotKnow() throws IOException {
        run("repo", "keys", "rotate");
        String head = run("ledger", "checkpoint", "--json").json().get("checkpoint").asString();
        String[] onPaper = {"ledger", "verify", "--head", head.substring(0, 16), "--repository", "repository",
                "--key-file", "clinic.key"};
        assertThat(run(folder.resolve("elsewhere"), onPaper).status()).isZero();
        Files.delete(folder.resolve("repository/checkpoint").resolve(head));
        Outcome fresh = run(folder.resolve("fresh"), "ledger", "verify", "--repository", "repository", "--key-file",
                "clinic.key");
        assertThat(fresh.status()).as("nobody else has seen it").isZero();
        Outcome known = run(folder.resolve("another"), onPaper);
        assertThat(known.status()).isEqualTo(3);
        assertThat(known.out()).contains(head.substring(0, 16), "written down");
        assertThat(run("ledger", "verify", "--head", "xyz").status()).isEqualTo(2);
    }

    @Test
    void aRollingCheckNeedsAKeyThatOpensAndSaysWhatIsProven() {
        run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        Outcome rolled = run("repo", "check", "--share", "5%", "--since-proven", "30d", "--json");
        assertThat(rolled.status()).as(rolled.err()).isZero();
        assertThat(rolled.json().at("/proven/there/objects").asInt(-1)).isZero();
        assertThat(run("repo", "check", "--share", "5%", "--key-file", "db1.key").err()).contains("vault.not-granted");
        for (String[] wrong : List.of(new String[]{"--share", "0"}, new String[]{"--share", "101%"},
                new String[]{"--share", "x"}, new String[]{"--share", "5%", "--quick"})) {
            List<String> words = new ArrayList<>(List.of("repo", "check"));
            words.addAll(List.of(wrong));
            assertThat(run(words.toArray(String[]::new)).status()).as(words.toString()).isEqualTo(2);
        }
    }

    private List<Path> batches() throws IOException {
        try (var paths = Files.walk(folder.resolve("repository/ledger"))) {
            return new ArrayList<>(paths.filter(Files::isRegularFile).sorted().toList());
        }
    }

    private Outcome run(String... arguments) {
        return run(folder.resolve("home"), arguments);
    }

    private Outcome run(Path home, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Invocation invocation = new Invocation(
                new Terminal(new PrintWriter(out), new PrintWriter(err), Optional::empty, false), Map.of(), folder,
                new Invocation.Person(home, "tester"),
                new Invocation.Time(InstantSource.system(), System::nanoTime, new SecureRandom()));
        int status = new Wiring(invocation).commandLine().run(arguments);
        return new Outcome(status, out.toString(), err.toString());
    }
}
