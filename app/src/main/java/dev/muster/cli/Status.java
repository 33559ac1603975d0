// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.store.Store;
import dev.muster.system.Configuration;
import dev.muster.system.PaceMemory;
import dev.muster.system.ProtectedSystem;
import dev.muster.system.ReadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster status}. */
@Command(name = "status", description = {
        "Say how well systems are protected: what can be restored, what would be lost now, and what is unproven.",
        "Exit status 4 if an objective of muster.yaml is missed, 1 if a system cannot be looked at. Nothing is changed; a restore "
                + "key is enough."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster status",
                        "  muster status clinic --json"})
public final class Status implements Callable<Integer> {

    private static final String HOST = "status";

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final SystemOptions systems = new SystemOptions();

    @Parameters(paramLabel = "SYSTEM", arity = "0..1", description = "Which system. Default: all of the configuration.")
    private Optional<String> name = Optional.empty();

    public Status(OpenVault vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        var configuration = systems.configuration(vaults.invocation());
        var chosen = name.isPresent() ? List.of(configuration.system(name.get())) : configuration.systems();
        var texts = new ArrayList<StatusText>();
        for (var system : chosen) {
            texts.add(read(configuration, system));
        }
        if (json.asked()) {
            Json.print(vaults.invocation().out(),
                    new StatusText.Document(texts.stream().map(StatusText::document).toList()));
        } else {
            texts.forEach(text -> text.print(vaults.invocation().out()));
        }
        return exitStatus(texts);
    }

    /** One system that cannot be looked at does not hide the others. */
    private StatusText read(Configuration configuration, ProtectedSystem system) throws InterruptedException {
        var reading = new ReadStatus(vaults.invocation().time().clock(), configuration.stateDirectory());
        try {
            return vaults.openReadOnly(systems.place(configuration, system, vaults.invocation()),
                    (vault, store) -> StatusText.of(reading.read(system, vault, vault.wal(HOST)),
                            PaceMemory.of(configuration.stateDirectory(), system.name(), store.place()).read(),
                            copies(system, store)));
        } catch (Fault e) {
            return StatusText.failed(system, e);
        }
    }

    private List<CopyStanding> copies(ProtectedSystem system, Store original) throws InterruptedException {
        var standings = new ArrayList<CopyStanding>();
        for (var copy : system.repository().copies()) {
            standings.add(CopyStanding.of(copy, original, vaults.stores()));
        }
        return standings;
    }

    private static int exitStatus(List<StatusText> texts) {
        var faults = texts.stream().flatMap(text -> text.fault().stream()).toList();
        if (!faults.isEmpty()) {
            return faults.getFirst().kind().exitStatus();
        }
        return texts.stream().allMatch(StatusText::meetsObjectives) ? 0 : FaultKind.OBJECTIVE.exitStatus();
    }
}
