// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.cli.RepositoryOptions.Place;
import dev.muster.system.Configuration;
import dev.muster.system.ConfigurationReader;
import dev.muster.system.ProtectedSystem;
import dev.muster.system.RepositoryAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which repository a command about one system goes to: that of the configuration, or one that is named without it. */
final class RepositoryChoice {

    private static final String KEY_VARIABLE = "BACKUP_ENCRYPTION_KEY";

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: $MUSTER_CONFIG, else muster.yaml.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--repository", paramLabel = "URL", description = "A repository by its address, without a configuration.")
    private Optional<String> url = Optional.empty();

    @Option(names = "--key-file", paramLabel = "FILE", description = "The key, instead of the configuration's.")
    private Optional<Path> keyFile = Optional.empty();

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "A passphrase as the key.")
    private Optional<Path> passphraseFile = Optional.empty();

    /**
     * Where the repository is, where its key comes from, and what this host remembers of it.
     *
     * @param system whose repository, if the configuration has several
     */
    Place place(Invocation invocation, Optional<String> system) {
        if (keyFile.isPresent() && passphraseFile.isPresent()) {
            throw new CommandFault.Unclear("Two keys are named", "--key-file, --passphrase-file", "Name one of them.");
        }
        Path directory = invocation.directory();
        Optional<Path> key = keyFile.map(directory::resolve);
        Optional<Path> passphrase = passphraseFile.map(directory::resolve);
        boolean keyNamed = key.isPresent() || passphrase.isPresent();
        if (url.isPresent()) {
            Optional<String> variable = keyNamed || !invocation.environment().containsKey(KEY_VARIABLE)
                    ? Optional.empty()
                    : Optional.of(KEY_VARIABLE);
            return new Place(new RepositoryAddress(Addresses.absolute(url.get(), directory), key, passphrase, variable),
                    ConfigurationReader.stateDirectory(invocation.person().home()), Optional.empty());
        }
        Configuration configuration = configuration(invocation);
        RepositoryAddress configured = configured(configuration, system);
        return new Place(keyNamed
                ? configured.openedBy(key, passphrase)
                : configured, configuration.stateDirectory(), Optional.of(configuration.source()));
    }

    private Configuration configuration(Invocation invocation) {
        return new ConfigurationReader(invocation.environment(), invocation.person().home())
                .read(Addresses.configuration(config, invocation));
    }

    private static RepositoryAddress configured(Configuration configuration, Optional<String> system) {
        if (system.isPresent()) {
            return configuration.system(system.get()).repository();
        }
        List<RepositoryAddress> all =
                configuration.systems().stream().map(ProtectedSystem::repository).distinct().toList();
        if (all.size() > 1) {
            throw new CommandFault.Unclear("The configuration has " + all.size() + " repositories",
                    configuration.source().toString(), "Choose one with --system NAME: "
                            + String.join(", ", configuration.systems().stream().map(ProtectedSystem::name).toList())
                            + ".");
        }
        return all.getFirst();
    }
}
