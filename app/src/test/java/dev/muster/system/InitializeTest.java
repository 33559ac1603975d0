// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.system.Initialize.Fate;
import dev.muster.system.Initialize.Plan;
import dev.muster.system.Initialize.Ready;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.key.SlotKind;
import dev.muster.vault.object.VaultFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InitializeTest {

    @TempDir
    private Path home;

    private final SecureRandom random = new SecureRandom();
    private final OnePlace stores = new OnePlace();
    private Initialize initialize;

    @BeforeEach
    void make() {
        initialize = new Initialize(stores, new ConfigurationReader(Map.of(), home), InstantSource.system(), random,
                _ -> {});
    }

    /** One store in memory, or none yet. */
    private static final class OnePlace implements Stores {

        private Optional<MemoryStore> store = Optional.empty();

        @Override
        public Store open(String url) {
            return store.orElseThrow();
        }

        @Override
        public Store openReadOnly(String url) {
            return store.orElseThrow();
        }

        @Override
        public Store create(String url) {
            store = Optional.of(new MemoryStore(InstantSource.system()));
            return store.get();
        }

        @Override
        public Optional<Path> directory(String url) {
            return Optional.empty();
        }

        @Override
        public boolean exists(String url) {
            return store.isPresent();
        }
    }

    @Test
    void aSecondRunFindsNothingToDo() throws Exception {
        Plan first = initialize.plan(system());
        assertThat(first.isVoid()).isFalse();
        Ready ready = initialize.apply(first, InitializeTest::nobody);
        assertThat(ready.notices()).isEmpty();
        Plan second = initialize.plan(system());
        assertThat(second.isVoid()).isTrue();
        assertThat(initialize.apply(second, InitializeTest::nobody).repository()).isEqualTo(ready.repository());
    }

    @Test
    void anOlderStateOfTheRepositoryIsRefused() throws Exception {
        initialize.apply(initialize.plan(system()), InitializeTest::nobody);
        Tampering tampering = new Tampering(stores.open(""));
        Map<Key, byte[]> before = tampering.picture();
        try (Vault vault = open()) {
            vault.keys().newEpoch(true);
            vault.refresh();
        }
        tampering.rollBackTo(before);
        assertThatThrownBy(() -> initialize.plan(system())).isInstanceOf(VaultFault.RolledBack.class);
    }

    @Test
    void aRepositoryThatIsMadeAnewInTheSamePlaceOpens() throws Exception {
        Ready first = initialize.apply(initialize.plan(system()), InitializeTest::nobody);
        stores.store = Optional.empty();
        Plan again = initialize.plan(system());
        assertThat(again.repository()).isEqualTo(Fate.MADE);
        Ready second = initialize.apply(again, InitializeTest::nobody);
        assertThat(second.repository()).isNotEqualTo(first.repository());
        try (Vault vault = open()) {
            assertThat(vault.repository()).isEqualTo(second.repository());
        }
    }

    @Test
    void aKeyThatFollowsAPatternMakesNoRepositoryAndStillOpensOneThatIsThere() throws Exception {
        Files.writeString(home.resolve("clinic.key"), "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(home.resolve("clinic.key"), PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> initialize.plan(system())).isInstanceOf(ConfigurationFault.WeakKey.class);
        assertThat(stores.store).isEmpty();
        assertThat(home.resolve("muster.yaml")).doesNotExist();

        Instruments instruments = new Instruments(InstantSource.system(), random, home.resolve("other"), 1);
        try (KeySource key = KeyFile.keyOf(system().repository(), Map.of())) {
            Vault.create(stores.create(""), NewRepository.DEFAULT, key, "owner", instruments).close();
        }
        assertThat(initialize.plan(system()).repository()).as("nobody is locked out").isEqualTo(Fate.KEPT);
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsSaidAndStopsNothing() throws Exception {
        Files.createFile(home.resolve(".local"));
        Ready ready = initialize.apply(initialize.plan(system()), InitializeTest::nobody);
        assertThat(ready.notices()).singleElement().asString().contains("cannot be remembered");
        assertThat(initialize.plan(system()).isVoid()).isTrue();
    }

    private static char[] nobody() {
        throw new IllegalStateException("asked for a passphrase");
    }

    private Vault open() throws InterruptedException {
        NewSystem system = system();
        try (KeySource key = KeyFile.keyOf(system.repository(), Map.of())) {
            return Vault.open(stores.open(""), key, new Instruments(InstantSource.system(), random,
                    ConfigurationReader.stateDirectory(home), 1));
        }
    }

    private NewSystem system() {
        return new NewSystem("clinic", Optional.of(new ConnectionText("postgresql://muster@localhost/postgres")),
                "file:///backups/clinic", home.resolve("clinic.key"),
                SlotKind.RAW_KEY, home.resolve("muster.yaml"));
    }
}
