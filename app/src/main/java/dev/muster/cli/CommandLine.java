// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: finds the command, runs it, and says what went wrong. */
public final class CommandLine {

    private final Terminal terminal;
    private final boolean coloured;
    private final List<Object> commands;

    /**
     * @param terminal where commands print, and where it is said what went wrong
     * @param environment decides about colours (NO_COLOR, see no-color.org)
     * @param commands finished command objects, each annotated with its name
     */
    public CommandLine(Terminal terminal, Map<String, String> environment, Object... commands) {
        this.terminal = terminal;
        this.coloured = terminal.attended() && environment.getOrDefault("NO_COLOR", "").isEmpty();
        this.commands = List.of(commands);
    }

    /** Runs the command that the arguments name, and returns the exit status of the process. */
    public int run(String... arguments) {
        var line = assembled(new Muster(), commands);
        line.setOut(terminal.out());
        line.setErr(terminal.err());
        line.setColorScheme(picocli.CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(this::complain);
        return line.execute(arguments);
    }

    private static picocli.CommandLine assembled(Object command, List<Object> below) {
        var line = new picocli.CommandLine(command);
        for (var each : below) {
            var sub = assembled(each, each instanceof CommandGroup group ? group.commands() : List.of());
            sub.getCommandSpec().addOption(OptionSpec.builder("-h", "--help").usageHelp(true)
                    .description("Show this help and exit.").build());
            line.addSubcommand(sub);
        }
        return line;
    }

    private int complain(Exception thrown, picocli.CommandLine line, ParseResult arguments) {
        var complaint = new Complaint(terminal.err(), line.getColorScheme());
        if (thrown instanceof InterruptedException) {
            terminal.err().println("stopped");
            return FaultKind.FAILED.exitStatus();
        }
        if (thrown instanceof Fault fault) {
            complaint.about(fault);
            return fault.kind().exitStatus();
        }
        complaint.aboutDefect(thrown);
        return FaultKind.FAILED.exitStatus();
    }
}
