// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes what a new system needs: its key, its repository, its configuration, in this order. What is there already is
 * used if it fits and never overwritten, so that a run that broke off is simply repeated.
 */
public final class Initialize {

    private final Stores stores;
    private final ConfigurationReader reader;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Founded founded;

    public Initialize(Stores stores, ConfigurationReader reader, InstantSource clock, SecureRandom random,
            Founded founded) {
        this.stores = stores;
        this.reader = reader;
        this.clock = clock;
        this.random = random;
        this.founded = founded;
    }

    /** What is to happen once a repository was made. */
    @FunctionalInterface
    public interface Founded {

        /** It was made just now, and is open. */
        void in(Vault vault) throws InterruptedException;
    }

    /** A person who chooses a passphrase. */
    @FunctionalInterface
    public interface NewPassphrase {

        /** The passphrase; overwritten afterwards. */
        char[] choose() throws InterruptedException;
    }

    /** What becomes of one of the three. */
    public enum Fate {
        /** It is made. */
        MADE,
        /** It is there and is used as it is. */
        KEPT
    }

    /**
     * What is made and what is kept.
     *
     * @param postgres where the configuration says that its PostgreSQL is
     * @param stateDirectory what this host remembers of the repository
     */
    public record Plan(NewSystem system, ConnectionText postgres, Path stateDirectory, Fate keyFile, Fate repository,
            Fate configuration) {

        /** Whether nothing needs to be made. */
        public boolean isVoid() {
            return keyFile == Fate.KEPT && repository == Fate.KEPT && configuration == Fate.KEPT;
        }
    }

    /**
     * A repository that can be used.
     *
     * @param notices what does not stop its use, but should be known; in sentences
     */
    public record Ready(Uid repository, List<String> notices) {

        public Ready {
            notices = List.copyOf(notices);
        }
    }

    /**
     * What there is to do. Changes nothing.
     *
     * @throws ConfigurationFault if what was asked for is no configuration, or another one is in its place, or if the key
     *         of a repository that is to be made follows a pattern
     * @throws VaultFault if a repository is there that the key does not open, or that is older than this host has seen it
     */
    public Plan plan(NewSystem system) throws InterruptedException {
        boolean configured = Files.exists(system.configuration());
        Configuration configuration = configured ? configured(system) : draft(system);
        Fate keyFile = Files.exists(system.keyFile()) ? Fate.KEPT : Fate.MADE;
        Path state = configuration.stateDirectory();
        Fate repository = repository(system, state, keyFile);
        if (keyFile == Fate.KEPT) {
            try (KeySource key = key(system)) {
                requireVariety(system, repository, key);
            }
        }
        return new Plan(system, configuration.system(system.name()).postgres(), state, keyFile, repository,
                configured ? Fate.KEPT : Fate.MADE);
    }

    /**
     * Carries out a plan.
     *
     * @param passphrase asked for one if the file of the key is to be made and holds a passphrase
     * @return what is there now
     */
    public Ready apply(Plan plan, NewPassphrase passphrase) throws InterruptedException {
        NewSystem system = plan.system();
        if (plan.keyFile() == Fate.MADE) {
            makeKeyFile(system, passphrase);
        }
        Ready repository = makeRepository(plan);
        if (plan.configuration() == Fate.MADE) {
            new ConfigurationDraft(system).write();
        }
        return repository;
    }

    private void makeKeyFile(NewSystem system, NewPassphrase passphrase) throws InterruptedException {
        switch (system.keyKind()) {
            case RAW_KEY -> KeyFile.create(system.keyFile(), random);
            case PASSPHRASE -> {
                char[] chosen = passphrase.choose();
                try {
                    KeyFile.create(system.keyFile(), chosen, random);
                } finally {
                    Arrays.fill(chosen, '\0');
                }
            }
        }
    }

    private Configuration draft(NewSystem system) {
        return reader.read(system.configuration(), new ConfigurationDraft(system).text());
    }

    private Configuration configured(NewSystem system) {
        Path file = system.configuration();
        Configuration configuration = reader.read(file);
        boolean says = configuration.systems().stream()
                .anyMatch(known -> known.name().equals(system.name())
                        && known.repository().equals(system.repository()));
        if (!says) {
            throw new ConfigurationFault.Taken("A configuration is there already, and it does not have system "
                    + system.name() + " with this repository and key file", file.toString());
        }
        return configuration;
    }

    private Fate repository(NewSystem system, Path state, Fate keyFile) throws InterruptedException {
        if (!stores.exists(system.url())) {
            return Fate.MADE;
        }
        try (Store store = stores.open(system.url())) {
            if (!hasCharter(store)) {
                return Fate.MADE;
            }
            if (keyFile == Fate.MADE) {
                throw new VaultFault.Refused("A repository is there already, and its key is not", system.url(),
                        "Name the key file that opens it, or another place for a new repository. No key was found at "
                                + system.keyFile() + ".");
            }
            try (KeySource key = key(system)) {
                KeyRing.open(store, key, Vault.seen(store, state), clock, random).close();
            }
            return Fate.KEPT;
        }
    }

    private Ready makeRepository(Plan plan) throws InterruptedException {
        NewSystem system = plan.system();
        Instruments instruments = new Instruments(clock, random, plan.stateDirectory(), 1);
        try (KeySource key = key(system); Store store = openOrCreate(plan, key)) {
            boolean isThere = hasCharter(store);
            try (Vault vault = isThere
                    ? Vault.open(store, key, instruments)
                    : Vault.create(store, NewRepository.DEFAULT, key, "first owner", instruments)) {
                if (!isThere) {
                    founded.in(vault);
                }
                return new Ready(vault.repository(), vault.notices());
            }
        }
    }

    private Store openOrCreate(Plan plan, KeySource key) throws InterruptedException {
        requireVariety(plan.system(), plan.repository(), key);
        String url = plan.system().url();
        return stores.exists(url) ? stores.open(url) : stores.create(url);
    }

    /** A repository that is there is opened with whatever opens it. */
    private static void requireVariety(NewSystem system, Fate repository, KeySource key) {
        if (repository == Fate.MADE) {
            KeyVariety.require(key, system.keyFile().toString());
        }
    }

    /** The charter is put last: without one, what is there is a creation that broke off. */
    private static boolean hasCharter(Store store) throws InterruptedException {
        List<BlobInfo> charters = new ArrayList<>();
        store.list(Prefix.of(Kind.CHARTER.prefix() + "/"), charters::add);
        return !charters.isEmpty();
    }

    private static KeySource key(NewSystem system) {
        return KeyFile.keyOf(system.repository(), Map.of());
    }
}
