// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.base.BackupProgress;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.system.ConfigurationReader;
import dev.muster.system.Initialize;
import dev.muster.system.KeyFile;
import dev.muster.system.NewSystem;
import dev.muster.system.RepositoryAddress;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.SlotKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The clinic's repository, its key and its configuration. */
final class Repository {

    private final DemoParts parts;
    private final Disks disks;

    Repository(DemoParts parts, Disks disks) {
        this.parts = parts;
        this.disks = disks;
    }

    /** Makes it as {@code muster init} does, with a configuration that keeps everything below one directory. */
    void make(ClinicServer production, boolean sync) throws InterruptedException {
        write(configuration(production, sync));
        var initialize = new Initialize(parts.stores(), new ConfigurationReader(Map.of(), disks.safe()),
                parts.time().clock(), parts.time().random(), _ -> {});
        initialize.apply(initialize.plan(new NewSystem(RunDemo.SYSTEM, Optional.of(production.connectionText()),
                url(), disks.keyFile(), SlotKind.RAW_KEY, disks.configuration())), () -> {
                    throw new IllegalStateException("a raw key needs no passphrase");
                });
    }

    private String configuration(ClinicServer production, boolean sync) {
        return String.format(Locale.ROOT, """
                repository:
                  url: "%s"
                  key-file: "%s"
                state: "%s"
                systems:
                  %s:
                    postgres: "%s"
                    stream:
                      durability: %s
                """, url(), disks.keyFile(), disks.state(), RunDemo.SYSTEM, production.connectionText().text(),
                sync ? "spool" : "repository");
    }

    private void write(String text) {
        try {
            var file = disks.configuration();
            try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new DemoFault.Directory("write a configuration", disks.configuration().toString(), e);
        }
    }

    private String url() {
        return disks.repository().toUri().toString().replaceFirst("^file:/+", "file:///");
    }

    /** What is done with an open repository. */
    @FunctionalInterface
    interface Use<R> {
        R with(Vault vault) throws InterruptedException;
    }

    /** Opens it with nothing but its address and its key. */
    <R> R open(Path state, Use<R> use) throws InterruptedException {
        var address = new RepositoryAddress(url(), Optional.of(disks.keyFile()), Optional.empty(), Optional.empty());
        var time = parts.time();
        try (var key = KeyFile.keyOf(address, Map.of());
                var store = parts.stores().open(url());
                var vault = Vault.open(store, key,
                        new Instruments(time.clock(), time.random(), state, parts.workers()))) {
            return use.with(vault);
        }
    }

    /** Takes a base backup; the receiver brings the log that it needs. */
    BackupRecord backUp(Consumer<BackupProgress> progress) throws InterruptedException {
        var system = new ConfigurationReader(Map.of(), disks.safe()).read(disks.configuration()).system(RunDemo.SYSTEM);
        var postgres = parts.postgres();
        return open(disks.state(), vault -> {
            var take = postgres.baseBackup(system, vault, disks.safe().resolve("scratch"));
            return take.take(take.plan(postgres.request(system, Map.of()), postgres.settings(system)), progress);
        });
    }
}
