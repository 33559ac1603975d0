// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a new cluster with initdb, owned by the account. */
public final class CreateCluster {

    private static final Duration INITDB_AT_MOST = Duration.ofMinutes(5);
    private static final int CHECKSUMS_BY_DEFAULT_SINCE = 18;

    private final Machine machine;
    private final OsAccount account;
    private final Command command;

    public CreateCluster(Machine machine, OsAccount account) {
        this.machine = machine;
        this.account = account;
        this.command = new Command(machine, INITDB_AT_MOST);
    }

    /**
     * Makes it.
     *
     * @param dataDirectory is created if it is not there, and must be empty if it is
     */
    public Cluster create(Installation installation, Path dataDirectory, ClusterOptions options)
            throws InterruptedException {
        FileWork.on(dataDirectory, "create", () -> Files.createDirectories(dataDirectory));
        var directory = FileWork.absolute(dataDirectory);
        requireEmpty(directory);
        account.own(directory);
        account.requireWayTo(directory, machine);
        initialise(installation, directory, options);
        configure(directory.resolve("postgresql.conf"), options);
        return Cluster.at(directory);
    }

    private static void requireEmpty(Path directory) {
        try (var entries = Files.newDirectoryStream(directory)) {
            if (entries.iterator().hasNext()) {
                throw new ServerFault.DirectoryTaken(directory);
            }
        } catch (IOException e) {
            throw new ServerFault.FileFailed("list", directory, e);
        }
    }

    private void initialise(Installation installation, Path directory, ClusterOptions options)
            throws InterruptedException {
        var password = options.authentication() instanceof Authentication.Password given ? given.password() : null;
        if (password == null) {
            initdb(installation, directory, options, null);
            return;
        }
        try (var secret = PrivateDirectory.create(machine, account)) {
            var file = secret.write(PrivateDirectory.PASSWORD, password + "\n");
            initdb(installation, directory, options, file);
        }
    }

    private void initdb(Installation installation, Path directory, ClusterOptions options, @Nullable Path password)
            throws InterruptedException {
        var arguments = new ArrayList<>(List.of(installation.program("initdb").toString(), "--pgdata=" + directory,
                "--username=" + options.superuser(), "--auth-local=" + options.authentication().socketMethod(),
                "--auth-host=" + options.authentication().tcpMethod(), "--encoding=" + options.encoding(),
                "--locale=" + options.locale(), "--wal-segsize=" + options.walSegmentMegabytes(),
                "--no-instructions"));
        if (options.checksums()) {
            arguments.add("--data-checksums");
        } else if (installation.version().major() >= CHECKSUMS_BY_DEFAULT_SINCE) {
            arguments.add("--no-data-checksums");
        }
        if (!options.synced()) {
            arguments.add("--no-sync");
        }
        if (password != null) {
            arguments.add("--pwfile=" + password);
        }
        var ended = command.run(account.command(arguments));
        if (!ended.succeeded()) {
            throw new ServerFault.InitdbFailed(directory, ended.complaint());
        }
    }

    /** Written by the account itself: root must not write to a path that another user can turn into a link. */
    private void configure(Path file, ClusterOptions options) throws InterruptedException {
        if (options.settings().values().isEmpty()) {
            return;
        }
        var append = List.of("/bin/sh", "-c", "cat >> \"$0\"", file.toString());
        var ended = command.run(account.command(append), "\n" + options.settings().asConfiguration());
        if (!ended.succeeded()) {
            throw new ServerFault.FileFailed("append to", file, new IOException(ended.complaint()));
        }
        if (options.synced()) {
            FileWork.on(file, "sync", () -> {
                try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                return file;
            });
        }
    }
}
