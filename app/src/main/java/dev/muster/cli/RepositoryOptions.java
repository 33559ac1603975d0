// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.system.RepositoryAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which repository a command is about: that of the configuration, or one that is named without it. */
final class RepositoryOptions {

    @Mixin
    private final RepositoryChoice choice = new RepositoryChoice();

    @Option(names = "--system", paramLabel = "NAME", description = "Whose repository, if the configuration has several.")
    private Optional<String> system = Optional.empty();

    /**
     * Where a repository is.
     *
     * @param address its store and its key
     * @param stateDirectory what this host keeps of it
     * @param configuration the file that says so, if one does
     */
    record Place(RepositoryAddress address, Path stateDirectory, Optional<Path> configuration) {}

    /** Where the repository is, where its key comes from, and what this host remembers of it. */
    Place place(Invocation invocation) {
        return choice.place(invocation, system);
    }
}
