// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.store.Store;
import dev.muster.system.KeyFile;
import dev.muster.system.KeyVariety;
import dev.muster.system.RepositoryAddress;
import dev.muster.vault.Vault;
import dev.muster.vault.check.FindUntold;
import dev.muster.vault.key.CharterMark;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.Slot;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster repo keys add}. */
@Command(name = "add", description = "Let another key open the repository. Needs an owner's key.", footerHeading = "%nExamples:%n", footer = {
        "  muster repo keys add --new-key-file capture.key --role capture --label 'db1'",
        "  muster repo keys add --new-passphrase-file safe.txt --role owner --label 'in the safe'"})
final class RepoKeysAdd implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @ArgGroup(multiplicity = "1")
    private NewKey newKey = new NewKey();

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "${COMPLETION-CANDIDATES}")
    private Role role = Role.RESTORE;

    @Option(names = "--label", required = true, paramLabel = "TEXT", description = "What people call it. The store's readers see it.")
    private String label = "";

    RepoKeysAdd(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** What will open the slot. */
    static final class NewKey {

        @Option(names = "--new-key-file", paramLabel = "FILE", description = "The new key. Made if it does not exist.")
        private Optional<Path> keyFile = Optional.empty();

        @Option(names = "--new-passphrase-file", paramLabel = "FILE", description = "A file whose first line is the new passphrase.")
        private Optional<Path> passphraseFile = Optional.empty();
    }

    private record Document(String slot, String role, String label, boolean keyFileMade) {}

    @Override
    public Integer call() throws InterruptedException {
        return vaults.openToChange(where, (vault, store) -> {
            int status = add(vault, store);
            vault.refresh();
            return status;
        });
    }

    private int add(Vault vault, Store store) throws InterruptedException {
        KeyRing ring = vault.keys();
        if (ring.role() != Role.OWNER) {
            throw new VaultFault.NotGranted("add a slot", ring.role().toString());
        }
        Path directory = vaults.invocation().directory();
        Optional<Path> file = newKey.keyFile.map(directory::resolve);
        boolean made = file.isPresent() && Files.notExists(file.get());
        if (made) {
            KeyFile.create(file.get(), vaults.invocation().time().random());
        }
        RepositoryAddress address = new RepositoryAddress(store.place(), file,
                newKey.passphraseFile.map(directory::resolve), Optional.empty());
        try (KeySource key = KeyFile.keyOf(address, Map.of())) {
            KeyVariety.require(key, file.map(Path::toString).orElse(""));
            requireNew(key, store, ring.mark());
            Slot slot = vaults.journals().of(vault).announce(Deed.of("keys.add", role + " slot, " + label),
                    () -> ring.add(key, role, label), added -> Map.of(FindUntold.SLOT, added.digest().hex()));
            report(slot, made);
        }
        return 0;
    }

    private void requireNew(KeySource key, Store store, CharterMark seen) throws InterruptedException {
        try (KeyRing ring = KeyRing.open(store, key, Optional.of(seen), vaults.invocation().time().clock(),
                vaults.invocation().time().random())) {
            throw new VaultFault.Refused("This key opens a slot already", ring.slot().toString(),
                    "Make another key: two roles under one key are one role.");
        } catch (VaultFault.WrongKey e) {
            // As it should be.
        }
    }

    private void report(Slot slot, boolean made) {
        if (json.asked()) {
            Json.print(vaults.invocation().out(),
                    new Document(slot.digest().hex(), slot.role().toString(), slot.label(), made));
            return;
        }
        vaults.invocation().out()
                .println("Added slot " + SlotName.shortOf(slot.digest()) + ": " + slot.role() + ", opens"
                        + " with a " + slot.kind() + (made ? ", whose key file was made" : "") + ".");
        vaults.invocation().out().flush();
    }
}
