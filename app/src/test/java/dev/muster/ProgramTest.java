// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.cli.Invocation;
import dev.muster.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as it is wired, in this process: what commands do, print and answer with. */
class ProgramTest {

    private static final String[] INIT = {"init", "--system", "clinic", "--repository", "repository", "--key-file",
            "keys/clinic.key", "--postgres", "postgresql://muster@db/postgres"};

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private record Outcome(int status, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @Test
    void initMakesKeyRepositoryAndConfiguration() throws IOException {
        Outcome outcome = run(INIT);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("KEEP A COPY OF THE KEY ELSEWHERE", "make");
        assertThat(Files.readString(folder.resolve("keys/clinic.key"))).matches("[0-9a-f]{64}\n");
        assertThat(folder.resolve("repository/MUSTER-STORE")).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("muster.yaml"))))
                .isEqualTo("rw-------");
        assertThat(run("repo", "keys", "list").out()).contains("owner", "this key", "first owner");
    }

    @Test
    void initAgainChangesNothing() throws IOException {
        run(INIT);
        List<Path> before = files();
        Outcome outcome = run(INIT);
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("Nothing to do").doesNotContain("make");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void initWithoutATerminalNamesAllThatIsMissing() throws IOException {
        Outcome outcome = run("init", "--system", "clinic");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("--repository URL", "--key-file FILE", "--postgres URL",
                "code: cli.missing");
        assertThat(files()).isEmpty();
    }

    @Test
    void initCarriesOnAfterACrashAtAnyStep() throws IOException {
        run(INIT);
        Files.delete(folder.resolve("muster.yaml"));
        assertThat(run(INIT).status()).isZero();
        Files.delete(folder.resolve("muster.yaml"));
        deleteAll(folder.resolve("repository/charter"));
        deleteAll(folder.resolve("repository/ledger"));
        Outcome outcome = run(INIT);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(run("repo", "keys", "list").out()).contains("this key");
    }

    @Test
    void initRefusesARepositoryThatTheKeyDoesNotOpen() throws IOException {
        run(INIT);
        Files.delete(folder.resolve("muster.yaml"));
        Files.delete(folder.resolve("keys/clinic.key"));
        Outcome noKey = run(INIT);
        assertThat(noKey.status()).isEqualTo(2);
        assertThat(noKey.err()).contains("vault.refused", "its key is not");
        key("keys/clinic.key", 'a');
        Outcome wrongKey = run(INIT);
        assertThat(wrongKey.status()).isEqualTo(2);
        assertThat(wrongKey.err()).contains("vault.wrong-key");
        assertThat(folder.resolve("muster.yaml")).doesNotExist();
    }

    @Test
    void initNeverTouchesAnotherConfiguration() throws IOException {
        Files.writeString(folder.resolve("muster.yaml"), """
                repository: { url: /elsewhere, key-file: k }
                systems: { shop: { postgres: 'host=db' } }
                """);
        Outcome outcome = run(INIT);
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("config.taken");
        assertThat(folder.resolve("keys/clinic.key")).doesNotExist();
    }

    @Test
    void initMakesNothingThatTheConfigurationWouldNotAllow() throws IOException {
        Outcome outcome = run("init", "--system", "My Clinic", "--repository", "ftp://bucket", "--key-file", "k",
                "--postgres", "host=db");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("a system's name is of lower-case letters", "ftp://bucket");
        assertThat(files()).isEmpty();
    }

    @Test
    void initAsksOnATerminalAndDoesNothingWithoutAYes() throws IOException {
        Outcome no = runAttended("clinic\nrepository\nkeys/clinic.key\nhost=db\nn\n", "init");
        assertThat(no.status()).isEqualTo(1);
        assertThat(no.err()).contains("Name of the system [main]", "Go on? [y/N]", "Nothing was changed");
        assertThat(files()).isEmpty();
        Outcome yes = runAttended("clinic\nrepository\nkeys/clinic.key\nhost=db\nyes\n", "init");
        assertThat(yes.status()).as(yes.err()).isZero();
        assertThat(Files.readString(folder.resolve("muster.yaml"))).contains("host=db");
        assertThat(runAttended("clinic\n", "init").status()).isEqualTo(2);
    }

    @Test
    void initWithAPassphraseHasItTypedTwiceAndKeepsItForUnattendedRuns() throws IOException {
        Outcome outcome = runAttended(
                "clinic\nrepository\nhost=db\nyes\ncorrect horse\ncorrect house\ncorrect horse\ncorrect horse\n",
                "init", "--passphrase");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        Path file = folder.resolve("home/.config/muster/clinic.passphrase");
        assertThat(file).hasContent("correct horse\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("muster.yaml"))).contains("passphrase-file: \"" + file + "\"");
        assertThat(outcome.out()).contains("KEEP A COPY OF THE PASSPHRASE", file.toString());
        assertThat(outcome.err()).contains("They differ");
        assertThat(outcome.out() + outcome.err()).doesNotContain("correct");
        assertThat(run("repo", "keys", "list").out()).contains("owner", "passphrase", "this key");
    }

    @Test
    void initTakesAPassphraseFromAFileAndAsksNobodyWithoutATerminal() throws IOException {
        String[] init = {"init", "--system", "clinic", "--repository", "repository", "--passphrase-file", "safe",
                "--postgres", "host=db"};
        Outcome missing = run(init);
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("cli.missing", "a passphrase in " + folder.resolve("safe"));
        assertThat(files()).isEmpty();
        Files.writeString(folder.resolve("safe"), "correct horse battery\n");
        Files.setPosixFilePermissions(folder.resolve("safe"), PosixFilePermissions.fromString("rw-------"));
        assertThat(run("init", "--passphrase-file", "safe", "--key-file", "k", "--system", "clinic", "--repository",
                "repository", "--postgres", "host=db").err()).contains("cli.unclear");
        assertThat(run(init).status()).isZero();
        assertThat(run(init).out()).contains("Nothing to do");
        assertThat(run("repo", "keys", "list").out()).contains("passphrase", "this key");
    }

    @Test
    void initTakesTheDatabaseFromTheEnvironmentAndAnswersInJson() {
        environment.put("DATABASE_URL", "postgresql://app@db/app");
        Outcome outcome = run("init", "--system", "clinic", "--repository", "repository", "--key-file", "k", "--json");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        JsonNode json = outcome.json();
        assertThat(json.at("/repository/id").asString()).hasSize(32);
        assertThat(json.at("/repository/state").asString()).isEqualTo("made");
        assertThat(json.at("/key_file/state").asString()).isEqualTo("made");
        assertThat(json.at("/configuration/path").asString()).isEqualTo(folder.resolve("muster.yaml").toString());
        assertThat(run("repo", "keys", "list").status()).isZero();
    }

    @Test
    void initSaysOnceIfOthersOnTheNetworkCouldListen() {
        String[] weak = INIT.clone();
        weak[weak.length - 1] = "postgresql://muster@db/postgres?sslmode=prefer";
        assertThat(run(weak).out().lines()).containsOnlyOnce(
                "WARNING: sslmode=prefer lets others on the network read all that comes from db:5432, or stand in for it",
                "  Set sslmode=verify-full, and let sslrootcert name the authority of the server's certificate.");
        assertThat(run(weak).out()).as("what is there is looked at too").contains("Nothing to do", "WARNING");

        List<String> json = new ArrayList<>(List.of(weak));
        json.add("--json");
        assertThat(run(json.toArray(String[]::new)).json().at("/warnings").valueStream().map(JsonNode::asString))
                .singleElement().asString().startsWith("sslmode=prefer lets").endsWith("certificate.");
    }

    @Test
    void initHasNothingToSayOfAConnectionThatIsSafe() {
        assertThat(run(INIT).out()).as("verify-full, as nothing is said").doesNotContain("WARNING");
        for (String safe : List.of("host=/tmp sslmode=disable", "host=127.0.0.1 sslmode=prefer",
                "host=db sslmode=verify-full")) {
            Outcome outcome = run("init", "--system", "clinic", "--repository", "repository", "--key-file",
                    "keys/clinic.key", "--config", safe.replaceAll("\\W", "") + ".yaml", "--postgres", safe, "--json");
            assertThat(outcome.json().at("/warnings")).as(safe).isEmpty();
        }
    }

    @Test
    void initSaysIfTheConnectionCannotBeMadeLikeThis() {
        environment.put("DATABASE_URL", "jdbc:postgresql://db/app");
        assertThat(run("init", "--system", "clinic", "--repository", "repository", "--key-file", "k").out())
                .contains("WARNING: JDBC URLs have rules of their own", "Leave out 'jdbc:'");
    }

    @Test
    void whatLiesAboveALinkIsAboveWhatItLeadsTo() throws IOException {
        Path real = Files.createDirectories(folder.resolve("disk/backups")).resolveSibling("clinic");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("disk/backups"));
        Outcome outcome = run("init", "--config", "link/../muster.yaml", "--system", "clinic", "--repository",
                "link/../clinic", "--key-file", "link/../clinic.key", "--postgres", "host=db");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(real.resolve("MUSTER-STORE")).exists();
        assertThat(real.resolveSibling("clinic.key")).exists();
        assertThat(real.resolveSibling("muster.yaml")).exists();
        assertThat(run("repo", "keys", "list", "--config", "link/../muster.yaml").out()).contains("this key");
        assertThat(run("repo", "stats", "--repository", "file://" + folder + "/link/../clinic").status()).isZero();
    }

    @Test
    void aMissingConfigurationIsWrongUsage() {
        Outcome outcome = run("repo", "keys", "list");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("config.absent", "muster init");
    }

    @Test
    void aKeyOfEachRoleCanBeAddedAndOpensTheRepository() {
        run(INIT);
        for (String role : List.of("capture", "restore", "reap", "owner")) {
            Outcome added = run("repo", "keys", "add", "--new-key-file", role + ".key", "--role", role, "--label",
                    "the " + role + " host");
            assertThat(added.status()).as(added.err()).isZero();
            JsonNode listed = run("repo", "keys", "list", "--key-file", role + ".key", "--json").json();
            assertThat(listed.at("/slots").valueStream()
                    .filter(slot -> slot.get("mine").asBoolean())
                    .map(slot -> slot.get("role").asString() + ", " + slot.get("label").asString()))
                    .containsExactly(role + ", the " + role + " host");
        }
        assertThat(run("repo", "keys", "add", "--key-file", "capture.key", "--new-key-file", "more.key", "--role",
                "owner", "--label", "x").err()).contains("vault.not-granted");
        assertThat(folder.resolve("more.key")).doesNotExist();
    }

    @Test
    void aKeyThatOpensASlotIsNotAddedAgain() {
        run(INIT);
        Outcome outcome = run("repo", "keys", "add", "--new-key-file", "keys/clinic.key", "--role", "reap", "--label",
                "x");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("opens a slot already");
    }

    @Test
    void aSlotIsRemovedOnlyWithAYesAndItsKeyThenOpensNothing() {
        run(INIT);
        String slot = run("repo", "keys", "add", "--new-key-file", "c.key", "--role", "capture", "--label", "db1",
                "--json").json().get("slot").asString();
        Outcome unasked = run("repo", "keys", "remove", slot.substring(0, 12));
        assertThat(unasked.status()).isEqualTo(2);
        assertThat(unasked.err()).contains("cli.unconfirmed");
        assertThat(run("repo", "keys", "list", "--key-file", "c.key").status()).isZero();
        assertThat(runAttended("n\n", "repo", "keys", "remove", slot).status()).isEqualTo(1);
        Outcome removed = run("repo", "keys", "remove", slot.substring(0, 12), "--yes");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(removed.out()).contains("not revocation", "Removed.");
        assertThat(run("repo", "keys", "list", "--key-file", "c.key").status()).isEqualTo(2);
        assertThat(run("repo", "keys", "list").out()).contains("removed");
    }

    @Test
    void theLastOwnerIsNotRemovedAndAnUnknownSlotIsNotGuessed() {
        run(INIT);
        String owner = run("repo", "keys", "list", "--json").json().at("/slots/0/slot").asString();
        assertThat(run("repo", "keys", "remove", owner, "--yes").err()).contains("last owner");
        assertThat(run("repo", "keys", "remove", "abc", "--yes").err()).contains("cli.unclear",
                owner.substring(0, 12));
    }

    @Test
    void anEpochBeginsAndThereIsNothingToMend() {
        run(INIT);
        assertThat(run("repo", "keys", "rotate", "--json").json().get("epoch").asInt()).isEqualTo(2);
        assertThat(run("repo", "keys", "rotate", "--new-naming").out()).contains("Epoch 3", "uploads everything");
        assertThat(run("repo", "keys", "mend").out()).contains("Nothing to mend");
        assertThat(run("repo", "keys", "list", "--json").json().get("epochs").asInt()).isEqualTo(3);
    }

    @Test
    void anOlderStateOfTheRepositoryIsFoundByTheHostThatSawTheNewerOne() throws IOException {
        run(INIT);
        List<Path> before = files();
        run("repo", "keys", "rotate");
        for (Path file : files()) {
            if (!before.contains(file) && file.startsWith(folder.resolve("repository"))) {
                Files.delete(file);
            }
        }
        Outcome outcome = run("repo", "keys", "list");
        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.err()).contains("vault.rolled-back");
    }

    @Test
    void aCheckFindsAFlippedBitWithAndWithoutAKey() throws IOException {
        run(INIT);
        List<Path> owners = files();
        run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1");
        JsonNode sound = run("repo", "check", "--json").json();
        assertThat(sound.get("sound").asBoolean()).isTrue();
        assertThat(sound.get("depth").asString()).isEqualTo("content");
        assertThat(sound.at("/counts/objects").asInt()).isEqualTo(10);
        Path slot = files().stream()
                .filter(file -> file.startsWith(folder.resolve("repository/slot")) && !owners.contains(file))
                .findFirst().orElseThrow();
        byte[] bytes = Files.readAllBytes(slot);
        bytes[bytes.length - 1] ^= 1;
        Files.setPosixFilePermissions(slot, PosixFilePermissions.fromString("rw-------"));
        Files.write(slot, bytes);
        Outcome whole = run("repo", "check");
        assertThat(whole.status()).as(whole.err()).isEqualTo(3);
        assertThat(whole.out()).contains("DAMAGE  slot/" + slot.getFileName(), "DAMAGE FOUND");
        Outcome keyless = run("repo", "check", "--bytes", "--repository", "repository", "--json");
        assertThat(keyless.status()).isEqualTo(3);
        assertThat(keyless.json().at("/findings/0/key").asString()).isEqualTo("slot/" + slot.getFileName());
        assertThat(keyless.json().at("/findings/0/severity").asString()).isEqualTo("damage");
    }

    @Test
    void aQuickCheckSaysWhatItDidNotRead() throws IOException {
        run(INIT);
        List<Path> before = files();
        Outcome outcome = run("repo", "check", "--quick", "--read-only");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("Followed 0 snapshots", "there is no snapshot in it");
        assertThat(run("repo", "check", "--quick", "--bytes").status()).isEqualTo(2);
        assertThat(files()).containsAll(before).noneMatch(file -> file.toString().contains("check-"));
    }

    @Test
    void aHostThatCannotRememberReadsAndChecksAndChangesNoKeys() throws IOException {
        run(INIT);
        Path unusable = Files.createFile(folder.resolve("file")).resolve("state");
        Path configuration = folder.resolve("muster.yaml");
        Files.writeString(configuration,
                Files.readString(configuration).replace("# state: /var/lib/muster", "state: " + unusable));
        environment.put("TMPDIR", Files.createDirectory(folder.resolve("temporary")).toString());
        for (String command : List.of("repo keys list", "repo stats", "repo check", "repo check --read-only")) {
            Outcome outcome = run(command.split(" "));
            assertThat(outcome.status()).as(command + outcome.err()).isZero();
            assertThat(outcome.err()).as(command).contains("notice: ", unusable.toString());
        }
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
        Outcome change = run("repo", "keys", "rotate");
        assertThat(change.status()).isEqualTo(1);
        assertThat(change.err()).contains("vault.state-unusable");
        assertThat(run("repo", "keys", "list", "--json").json().get("epochs").asInt()).isEqualTo(1);
    }

    @Test
    void statisticsNeedNoKey() throws IOException {
        run(INIT);
        assertThat(run("repo", "stats").out()).contains("charter", "objects", "all", "Snapshots: 0");
        assertThat(run("repo", "stats", "--json").json().at("/snapshots/count").asInt()).isZero();
        Files.delete(folder.resolve("keys/clinic.key"));
        JsonNode json = run("repo", "stats", "--repository", "repository", "--json").json();
        assertThat(json.get("objects").asInt()).isEqualTo(5);
        assertThat(json.at("/kinds/0/kind").asString()).isEqualTo("charter");
        assertThat(json.get("bytes").asLong()).isEqualTo(json.get("kinds").valueStream()
                .mapToLong(kind -> kind.get("bytes").asLong()).sum());
        assertThat(json.get("snapshots").isNull()).isTrue();
    }

    @Test
    void severalRepositoriesAreChosenByTheirSystem() throws IOException {
        run(INIT);
        Files.writeString(folder.resolve("muster.yaml"), """
                systems:
                  clinic: { postgres: 'host=db', repository: { url: %s, key-file: keys/clinic.key } }
                  shop: { postgres: 'host=db', repository: { url: /nowhere, key-file: k } }
                """.formatted(folder.resolve("repository")));
        assertThat(run("repo", "stats").err()).contains("2 repositories", "clinic, shop");
        assertThat(run("repo", "keys", "list", "--system", "clinic").status()).isZero();
        assertThat(run("repo", "stats", "--system", "shop").err()).contains("store.absent");
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        for (String command : List.of("init", "repo stats", "repo check", "repo keys list", "repo keys add",
                "repo keys remove",
                "repo keys rotate", "repo keys mend")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.add("--help");
            Outcome outcome = run(words.toArray(String[]::new));
            assertThat(outcome.status()).isZero();
            assertThat(outcome.out()).contains("Examples:", "muster " + command);
        }
        assertThat(run("repo", "keys").status()).isEqualTo(2);
    }

    private Outcome run(String... arguments) {
        return run("", false, arguments);
    }

    private Outcome runAttended(String answers, String... arguments) {
        return run(answers, true, arguments);
    }

    private Outcome run(String answers, boolean attended, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Iterator<String> lines = answers.lines().iterator();
        Invocation invocation = new Invocation(
                new Terminal(new PrintWriter(out), new PrintWriter(err),
                        () -> lines.hasNext() ? Optional.of(lines.next()) : Optional.empty(),
                        attended),
                environment, folder, new Invocation.Person(folder.resolve("home"), "tester"),
                new Invocation.Time(InstantSource.system(), System::nanoTime, new SecureRandom()));
        int status = new Wiring(invocation).commandLine().run(arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    private void key(String name, char digit) throws IOException {
        Files.writeString(folder.resolve(name), String.valueOf(digit).repeat(64));
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private List<Path> files() throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
