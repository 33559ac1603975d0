// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes what a new system needs: its key, its repository, its configuration, in this order. What is there already is
 * used if it fits and never overwritten, so that a run that broke off is simply repeated.
 */
public final class Initialize {

    private final Stores stores;
    private final ConfigurationReader reader;
    private final InstantSource clock;
    private final SecureRandom random;

    public Initialize(Stores stores, ConfigurationReader reader, InstantSource clock, SecureRandom random) {
        this.stores = stores;
        this.reader = reader;
        this.clock = clock;
        this.random = random;
    }

    /** What becomes of one of the three. */
    public enum Fate {
        /** It is made. */
        MADE,
        /** It is there and is used as it is. */
        KEPT
    }

    /** What is made and what is kept. */
    public record Plan(NewSystem system, Fate keyFile, Fate repository, Fate configuration) {

        /** Whether nothing needs to be made. */
        public boolean isVoid() {
            return keyFile == Fate.KEPT && repository == Fate.KEPT && configuration == Fate.KEPT;
        }
    }

    /**
     * What there is to do. Changes nothing.
     *
     * @throws ConfigurationFault if what was asked for is no configuration, or another one is in its place
     * @throws VaultFault if a repository is there that the key does not open
     */
    public Plan plan(NewSystem system) throws InterruptedException {
        Fate configuration = configuration(system);
        Fate keyFile = Files.exists(system.keyFile()) ? Fate.KEPT : Fate.MADE;
        if (keyFile == Fate.KEPT) {
            key(system).close();
        }
        return new Plan(system, keyFile, repository(system, keyFile), configuration);
    }

    /**
     * Carries out a plan.
     *
     * @return the repository
     */
    public Uid apply(Plan plan) throws InterruptedException {
        NewSystem system = plan.system();
        if (plan.keyFile() == Fate.MADE) {
            KeyFile.create(system.keyFile(), random);
        }
        Uid repository = makeRepository(system);
        if (plan.configuration() == Fate.MADE) {
            new ConfigurationDraft(system).write();
        }
        return repository;
    }

    private Fate configuration(NewSystem system) {
        Path file = system.configuration();
        if (!Files.exists(file)) {
            reader.read(file, new ConfigurationDraft(system).text());
            return Fate.MADE;
        }
        boolean says = reader.read(file).systems().stream()
                .anyMatch(known -> known.name().equals(system.name())
                        && known.repository().url().equals(system.url())
                        && known.repository().keyFile().equals(Optional.of(system.keyFile())));
        if (!says) {
            throw new ConfigurationFault.Taken("A configuration is there already, and it does not have system "
                    + system.name() + " with this repository and key file", file.toString());
        }
        return Fate.KEPT;
    }

    private Fate repository(NewSystem system, Fate keyFile) throws InterruptedException {
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
                open(store, key).close();
            }
            return Fate.KEPT;
        }
    }

    private Uid makeRepository(NewSystem system) throws InterruptedException {
        try (Store store = stores.exists(system.url()) ? stores.open(system.url()) : stores.create(system.url());
                KeySource key = key(system);
                KeyRing ring = hasCharter(store)
                        ? open(store, key)
                        : KeyRing.create(store, NewRepository.DEFAULT, key, "first owner", clock, random)) {
            return ring.repository();
        }
    }

    private KeyRing open(Store store, KeySource key) throws InterruptedException {
        return KeyRing.open(store, key, Optional.empty(), clock, random);
    }

    /** The charter is put last: without one, what is there is a creation that broke off. */
    private static boolean hasCharter(Store store) throws InterruptedException {
        List<BlobInfo> charters = new ArrayList<>();
        store.list(Prefix.of(Kind.CHARTER.prefix() + "/"), charters::add);
        return !charters.isEmpty();
    }

    private static KeySource key(NewSystem system) {
        return KeyFile.keyOf(new RepositoryAddress(system.url(), Optional.of(system.keyFile()), Optional.empty(),
                Optional.empty()), Map.of());
    }
}
