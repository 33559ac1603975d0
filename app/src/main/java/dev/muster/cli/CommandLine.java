// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import java.io.PrintWriter;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: finds the command, runs it, and says what went wrong. */
public final class CommandLine {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Object[] commands;

    /**
     * @param out what commands print
     * @param err what went wrong
     * @param commands finished command objects, each annotated with its name
     */
    public CommandLine(PrintWriter out, PrintWriter err, Object... commands) {
        this.out = out;
        this.err = err;
        this.commands = commands.clone();
    }

    /** Runs the command that the arguments name, and returns the exit status of the process. */
    public int run(String... arguments) {
        var line = new picocli.CommandLine(new Muster());
        for (var command : commands) {
            line.addSubcommand(command);
        }
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(this::complain);
        return line.execute(arguments);
    }

    private int complain(Exception thrown, picocli.CommandLine line, ParseResult arguments) {
        var complaint = new Complaint(err, line.getColorScheme());
        if (thrown instanceof Fault fault) {
            complaint.about(fault);
            return fault.kind().exitStatus();
        }
        complaint.aboutDefect(thrown);
        return FaultKind.FAILED.exitStatus();
    }
}
