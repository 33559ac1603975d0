// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.disk.KernelPath;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.receive.Cadence;
import dev.muster.system.BucketAddress;
import dev.muster.system.ConnectionText;
import dev.muster.system.Initialize;
import dev.muster.system.Initialize.Fate;
import dev.muster.system.Initialize.Plan;
import dev.muster.system.NewSystem;
import dev.muster.system.PostgresAccess;
import dev.muster.vault.key.SlotKind;
import dev.muster.vault.object.Uid;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster init}: the key, the repository and the configuration of a new system. */
@Command(name = "init", description = {"Make a key, a repository and a commented muster.yaml.",
        "What is there already is used if it fits and never overwritten: a run that broke off is simply repeated. "
                + "On a terminal it asks for what is missing."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster init",
                        "  muster init --system clinic --repository /backups/clinic \\",
                        "      --key-file /etc/muster/clinic.key --postgres postgresql://muster@db/postgres",
                        "  muster init --passphrase"})
public final class Init implements Callable<Integer> {

    private static final long DAILY_WAL_BYTES = 1_000_000_000;

    private final Invocation invocation;
    private final Initialize initialize;
    private final PostgresAccess postgresAccess;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--repository", paramLabel = "URL", description = "Where backups go: file:///path, a path, s3://bucket/prefix, gs://bucket/prefix, or azure://account/container/prefix.")
    private Optional<String> url = Optional.empty();

    @Option(names = "--key-file", paramLabel = "FILE", description = "The repository's key. Made if it does not exist.")
    private Optional<Path> keyFile = Optional.empty();

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "Instead of a key, a passphrase: the first line of this file. Asked for, twice, if it does not exist.")
    private Optional<Path> passphraseFile = Optional.empty();

    @Option(names = "--passphrase", description = "As --passphrase-file, with a file in the home directory.")
    private boolean passphrase;

    @Option(names = "--system", paramLabel = "NAME", description = "What to call the system: lower-case letters, digits, dashes.")
    private Optional<String> system = Optional.empty();

    @Option(names = "--postgres", paramLabel = "URL", description = "Its PostgreSQL: a URL or conninfo. Default: $DATABASE_URL.")
    private Optional<String> postgres = Optional.empty();

    @Option(names = "--config", paramLabel = "FILE", description = "The file to write. Default: $MUSTER_CONFIG, else ./muster.yaml.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--yes", description = "Do not ask whether to go on.")
    private boolean yes;

    public Init(Invocation invocation, Initialize initialize, PostgresAccess postgresAccess) {
        this.invocation = invocation;
        this.initialize = initialize;
        this.postgresAccess = postgresAccess;
    }

    /** The document of {@code --json}. */
    private record Document(String system, Repository repository, Made keyFile, Made configuration,
            List<String> warnings) {

        record Repository(String id, String url, String state) {}

        record Made(String path, String state) {}
    }

    @Override
    public Integer call() throws InterruptedException {
        Plan plan = initialize.plan(wanted());
        requireSomebodyToChoose(plan);
        if (!json.asked()) {
            print(plan);
        }
        if (!plan.isVoid() && invocation.terminal().attended() && !yes
                && !invocation.terminal().confirm("Go on?")) {
            invocation.terminal().err().println("Nothing was changed.");
            return 1;
        }
        Initialize.Ready ready = initialize.apply(plan, () -> invocation.terminal().chooseSecret("New passphrase"));
        ready.notices().forEach(notice -> invocation.terminal().err().println("notice: " + notice));
        Uid repository = ready.repository();
        if (json.asked()) {
            Json.print(invocation.out(), document(plan, repository));
        } else {
            report(plan, repository);
        }
        return 0;
    }

    private NewSystem wanted() throws InterruptedException {
        boolean databaseIsKnown = invocation.environment().containsKey("DATABASE_URL");
        if (!invocation.terminal().attended()) {
            requireAll(databaseIsKnown);
        }
        SlotKind kind = keyKind();
        String name = answer(system, "Name of the system", "main");
        String place = answer(url,
                "Repository: a directory, best on another machine, or s3://bucket/prefix, gs://bucket/prefix, azure://account/container/prefix",
                "");
        String key = key(kind, invocation.person().home().resolve(".config/muster"), name);
        Optional<ConnectionText> database = postgres.isEmpty() && databaseIsKnown
                ? Optional.empty()
                : Optional.of(new ConnectionText(answer(postgres, "PostgreSQL, as for psql",
                        "postgresql://muster@localhost/postgres")));
        return new NewSystem(name, database, Addresses.absolute(place, invocation.directory()),
                KernelPath.absolute(invocation.directory().resolve(key)), kind,
                Addresses.configuration(config, invocation));
    }

    private SlotKind keyKind() {
        boolean byPassphrase = passphrase || passphraseFile.isPresent();
        if (byPassphrase && keyFile.isPresent()) {
            throw new CommandFault.Unclear("A key file and a passphrase are named", "--key-file, --passphrase",
                    "Name one of them. Another key can be let in later with 'muster repo keys add'.");
        }
        return byPassphrase ? SlotKind.PASSPHRASE : SlotKind.RAW_KEY;
    }

    private String key(SlotKind kind, Path directory, String name) throws InterruptedException {
        if (kind == SlotKind.PASSPHRASE) {
            return passphraseFile.orElse(directory.resolve(name + ".passphrase")).toString();
        }
        return answer(keyFile.map(Path::toString), "Key file, made if it does not exist",
                directory.resolve(name + ".key").toString());
    }

    private void requireSomebodyToChoose(Plan plan) {
        NewSystem wanted = plan.system();
        if (wanted.keyKind() == SlotKind.PASSPHRASE && plan.keyFile() == Fate.MADE
                && !invocation.terminal().attended()) {
            throw new CommandFault.Missing("init", List.of("a passphrase in " + wanted.keyFile()));
        }
    }

    private String answer(Optional<String> given, String question, String suggested) throws InterruptedException {
        return given.isPresent() ? given.get() : invocation.terminal().ask(question, suggested);
    }

    private void requireAll(boolean databaseIsKnown) {
        List<String> missing = new ArrayList<>();
        if (system.isEmpty()) {
            missing.add("--system NAME");
        }
        if (url.isEmpty()) {
            missing.add("--repository URL");
        }
        if (keyKind() == SlotKind.RAW_KEY && keyFile.isEmpty()) {
            missing.add("--key-file FILE, or --passphrase-file FILE");
        }
        if (postgres.isEmpty() && !databaseIsKnown) {
            missing.add("--postgres URL (or DATABASE_URL)");
        }
        if (!missing.isEmpty()) {
            throw new CommandFault.Missing("init", missing);
        }
    }

    private void print(Plan plan) {
        NewSystem wanted = plan.system();
        invocation.out().print(new Table("plan", "", "")
                .row(plan.system().keyKind().toString(), word(plan.keyFile()), wanted.keyFile())
                .row("repository", word(plan.repository()), wanted.url())
                .row("configuration", word(plan.configuration()), wanted.configuration()));
        if (BucketAddress.is(wanted.url())) {
            invocation.out().println(requests(Cadence.DEFAULT));
        }
        for (Advice advice : postgresAccess.advice(plan.postgres())) {
            invocation.out().println("WARNING: " + advice.what());
            invocation.out().println("  " + advice.remedy());
        }
        invocation.out().println();
        invocation.out().flush();
    }

    /** What the WAL of a system costs at a store that is paid for by the request. */
    private static String requests(Cadence cadence) {
        var puts = cadence.putsPerDay(1, DAILY_WAL_BYTES, WalSegmentSize.DEFAULT.bytes());
        return "WAL goes there within " + Figures.duration(cadence.every()) + " ('cadence' in the configuration): "
                + Figures.count(puts) + " requests a day for " + Figures.bytes(DAILY_WAL_BYTES)
                + " of WAL if commits never pause, few if they do.";
    }

    private void report(Plan plan, Uid repository) {
        PrintWriter out = invocation.out();
        if (plan.isVoid()) {
            out.println("Nothing to do: all of it is there, and the key opens repository " + repository.hex() + ".");
            return;
        }
        out.println("Repository " + repository.hex() + " is ready for system " + plan.system().name() + ".");
        out.println();
        String key = plan.system().keyKind() == SlotKind.PASSPHRASE ? "PASSPHRASE" : "KEY";
        out.println("KEEP A COPY OF THE " + key + " ELSEWHERE, NOW: on another machine and on paper.");
        out.println("  " + plan.system().keyFile());
        out.println("Whoever has it reads every backup. Without it nobody can, and nothing brings it back.");
        out.println();
        out.println("Look at it: muster repo keys list" + where(plan));
        out.flush();
    }

    private String where(Plan plan) {
        Path file = plan.system().configuration();
        return file.equals(invocation.directory().resolve("muster.yaml")) ? "" : " --config " + file;
    }

    private Document document(Plan plan, Uid repository) {
        NewSystem made = plan.system();
        return new Document(made.name(),
                new Document.Repository(repository.hex(), made.url(), state(plan.repository())),
                new Document.Made(made.keyFile().toString(), state(plan.keyFile())),
                new Document.Made(made.configuration().toString(), state(plan.configuration())),
                postgresAccess.advice(plan.postgres()).stream()
                        .map(advice -> advice.what() + ". " + advice.remedy()).toList());
    }

    private static String word(Fate fate) {
        return fate == Fate.MADE ? "make" : "keep";
    }

    private static String state(Fate fate) {
        return fate.name().toLowerCase(Locale.ROOT);
    }
}
