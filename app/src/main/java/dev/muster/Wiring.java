// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.cli.Backup;
import dev.muster.cli.CommandLine;
import dev.muster.cli.Demo;
import dev.muster.cli.Init;
import dev.muster.cli.Invocation;
import dev.muster.cli.Ledger;
import dev.muster.cli.OpenVault;
import dev.muster.cli.Points;
import dev.muster.cli.Repo;
import dev.muster.cli.Restore;
import dev.muster.cli.Retain;
import dev.muster.cli.Status;
import dev.muster.cli.Stream;
import dev.muster.cli.Terminal;
import dev.muster.cli.Version;
import dev.muster.disk.KernelPath;
import dev.muster.ledger.Deed;
import dev.muster.ledger.Journals;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.Machine;
import dev.muster.postgres.server.Platform;
import dev.muster.postgres.server.PostgresArchive;
import dev.muster.postgres.server.ServerRooms;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.Timing;
import dev.muster.postgres.wire.WireLimits;
import dev.muster.system.BucketAddress.Kind;
import dev.muster.system.ConfigurationReader;
import dev.muster.system.Initialize;
import dev.muster.system.PostgresAccess;
import dev.muster.system.Stores;
import dev.muster.vault.check.FindUntold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Builds the program from its parts: the only place that names concrete ones, and that reads what is ambient.
 *
 * @param invocation what surrounds this call
 */
record Wiring(Invocation invocation) {

    /** The parts as this process finds them. */
    static Wiring ofThisProcess() {
        var terminal = new Terminal(
                new PrintWriter(System.out, true, charset("stdout.encoding")),
                new PrintWriter(System.err, true, charset("stderr.encoding")),
                new Typed(new BufferedReader(new InputStreamReader(System.in, charset("stdin.encoding")))),
                isAttended());
        return new Wiring(new Invocation(terminal, Map.copyOf(System.getenv()), Path.of("").toAbsolutePath(),
                new Invocation.Person(home(), System.getProperty("user.name")),
                new Invocation.Time(InstantSource.system(), System::nanoTime, new SecureRandom())));
    }

    /** As shells and psql see it: Java alone would ask for the account's. */
    private static Path home() {
        var home = System.getenv().getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home).toAbsolutePath();
    }

    CommandLine commandLine() {
        Stores stores = stores();
        var workers = Runtime.getRuntime().availableProcessors();
        var journals = journals();
        var vaults = new OpenVault(invocation, stores, journals, workers);
        var initialize = new Initialize(stores,
                new ConfigurationReader(invocation.environment(), invocation.person().home()),
                invocation.time().clock(), invocation.time().random(),
                vault -> journals.of(vault).enter(Deed.of("init.create", vault.repository().hex()), () -> vault,
                        _ -> Map.of(FindUntold.SLOT, vault.keys().slot().digest().hex(), FindUntold.EPOCH, "1")));
        return new CommandLine(invocation.terminal(), invocation.environment(),
                new Demo(invocation, new DemoStage(invocation, machine(), stores, connector(), program(), workers)),
                new Init(invocation, initialize, postgres()),
                new Backup(vaults, postgres()),
                new Restore(vaults, new Restore.Here(rooms(), connector(), ZoneId.systemDefault(), host())),
                new Stream(vaults, postgres(), ProcessHandle.current().pid()),
                new Points(vaults),
                new Status(vaults),
                Retain.of(vaults),
                Repo.of(vaults),
                Ledger.of(vaults));
    }

    private Journals journals() {
        return new Journals(host(), invocation.person().name(), Version.text(), invocation.time().clock(),
                notice -> invocation.terminal().err().println("notice: " + notice));
    }

    private Stores stores() {
        var time = invocation.time();
        return new AddressedStores(new FileStores(time.random(), time.nanoTime()),
                Map.of(Kind.S3, patient(new S3Stores(time.random(), time.clock())), Kind.GCS,
                        patient(new GcsStores(time.random(), time.clock())), Kind.AZURE,
                        patient(new AzureStores(invocation.environment(), time.random(), time.clock()))));
    }

    private Stores patient(PatientStores.Buckets buckets) {
        return new PatientStores(buckets, invocation.time().random(), invocation.time().nanoTime());
    }

    private PostgresAccess postgres() {
        var time = invocation.time();
        var conninfo = new ConninfoResolver(new Surroundings(invocation.environment(),
                Optional.of(invocation.person().home()), invocation.person().name()));
        return new PostgresAccess(connector(), conninfo, new Clocks(time.clock(), time.nanoTime(), time.random()),
                host());
    }

    private Connector connector() {
        var time = invocation.time();
        return new Connector(new Timing(time.clock(), time.nanoTime()), time.random(), WireLimits.DEFAULT, _ -> {});
    }

    /** Where servers run: on this machine, from its own PostgreSQL or the one that comes along. */
    private ServerRooms rooms() {
        var machine = machine();
        var archives =
                PostgresArchive.onClassPath(Wiring.class.getClassLoader(), machine.platform()).stream().toList();
        return new ServerRooms(machine, archives, invocation.terminal().err()::println);
    }

    /** The name of this host, without asking the network. */
    private String host() {
        try {
            return Files.readString(Path.of("/etc/hostname")).strip();
        } catch (IOException e) {
            return invocation.environment().getOrDefault("HOSTNAME", "localhost");
        }
    }

    private Machine machine() {
        return new Machine(invocation.environment(),
                new Platform(System.getProperty("os.name"), System.getProperty("os.arch")),
                Path.of(System.getProperty("java.io.tmpdir")), invocation.time().nanoTime());
    }

    /** The packaged launcher, or where there is none this very Java with these very classes. */
    private static List<String> program() {
        var classPath = System.getProperty("java.class.path");
        var launcher = KernelPath.absolute(Path.of(classPath.split(System.getProperty("path.separator"), -1)[0])
                .resolveSibling("../bin/muster"));
        if (Files.isExecutable(launcher)) {
            return List.of(launcher.toString());
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", classPath, Main.class.getName());
    }

    /** What a person types; a secret is not shown. */
    private record Typed(BufferedReader lines) implements Terminal.Answers {

        @Override
        public Optional<String> next() throws InterruptedException {
            return Optional.ofNullable(read(lines::readLine));
        }

        @Override
        @SuppressWarnings("SystemConsoleNull")
        public Optional<char[]> nextSecret() throws InterruptedException {
            var console = System.console();
            return console == null ? Optional.empty() : Optional.ofNullable(read(console::readPassword));
        }

        /** Reads on a thread of its own: reading from a terminal cannot be interrupted, and Ctrl-C must end it. */
        private static <T> T read(Callable<T> reading) throws InterruptedException {
            var task = new FutureTask<>(reading);
            Thread.ofPlatform().daemon(true).name("answer").start(task);
            try {
                return task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the terminal cannot be read", e.getCause());
            }
        }
    }

    /** JDK 25 has no console again where standard input or output is none. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isAttended() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private static Charset charset(String property) {
        return Charset.forName(System.getProperty(property), Charset.defaultCharset());
    }
}
