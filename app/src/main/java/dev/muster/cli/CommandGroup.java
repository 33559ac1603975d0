// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that holds others together; alone it says which there are, unless it does something of its own. */
abstract class CommandGroup implements Callable<Integer> {

    private final List<Object> commands;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    CommandGroup(Object... commands) {
        this.commands = List.of(commands);
    }

    final List<Object> commands() {
        return commands;
    }

    @Override
    public Integer call() throws InterruptedException {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
