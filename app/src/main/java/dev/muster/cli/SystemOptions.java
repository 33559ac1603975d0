// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.system.Configuration;
import dev.muster.system.ConfigurationReader;
import dev.muster.system.ProtectedSystem;
import dev.muster.system.RepositoryAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which configuration a command about systems goes by, and with which key. */
final class SystemOptions {

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: $MUSTER_CONFIG, else muster.yaml.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--key-file", paramLabel = "FILE", description = "The repository's key, instead of the configuration's.")
    private Optional<Path> keyFile = Optional.empty();

    Configuration configuration(Invocation invocation) {
        return new ConfigurationReader(invocation.environment(), invocation.person().home())
                .read(Addresses.configuration(config, invocation));
    }

    /** Where the repository of a system is, and the key to it. */
    RepositoryOptions.Place place(Configuration configuration, ProtectedSystem system, Invocation invocation) {
        RepositoryAddress configured = system.repository();
        RepositoryAddress address = keyFile.isEmpty()
                ? configured
                : configured.openedBy(keyFile.map(invocation.directory()::resolve), Optional.empty());
        return new RepositoryOptions.Place(address, configuration.stateDirectory(),
                Optional.of(configuration.source()));
    }
}
