// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.system.PaceMemory;
import dev.muster.system.ReadRecoveryPoints;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster points}. */
@Command(name = "points", description = {"List what a system can be taken back to: snapshots, and windows of moments.",
        "Within a window every moment can be restored. Between windows there is none: those gaps are said. Nothing is changed; a "
                + "restore key is enough."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster points clinic",
                        "  muster points clinic --key-file restore.key --json"})
public final class Points implements Callable<Integer> {

    private static final String HOST = "points";

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final SystemOptions systems = new SystemOptions();

    @Parameters(paramLabel = "SYSTEM", description = "Which system, as the configuration names it.")
    private String name = "";

    public Points(OpenVault vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        var configuration = systems.configuration(vaults.invocation());
        var system = configuration.system(name);
        var text = vaults.openReadOnly(systems.place(configuration, system, vaults.invocation()),
                (vault, store) -> new PointsText(system.name(),
                        new ReadRecoveryPoints(vault, vault.wal(HOST)).read(system.name()),
                        PaceMemory.of(configuration.stateDirectory(), system.name(), store.place()).read()));
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return 0;
    }
}
