// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import java.io.PrintWriter;
import picocli.CommandLine.Help.ColorScheme;

/** How an error looks on a terminal: what happened and to what, what to do, and the code to look up. */
record Complaint(PrintWriter err, ColorScheme colours) {

    void about(Fault fault) {
        err.println(colours.errorText("error: " + fault.getMessage()));
        err.println("  " + fault.remedy());
        for (var cause = fault.getCause(); cause != null; cause = cause.getCause()) {
            err.println("  because: " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()));
        }
        err.println("  code: " + fault.code());
    }

    /** Anything that is not a fault: the trace is what its report needs. */
    void aboutDefect(Exception thrown) {
        err.println(colours.errorText("error: a defect in Muster itself: " + thrown));
        err.println("  Please report it with the lines below.");
        thrown.printStackTrace(err);
    }
}
