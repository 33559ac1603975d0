// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.retain.HoldSnapshot;
import dev.muster.vault.snapshot.SnapshotHead;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster retain hold}. */
@Command(name = "hold", description = {"Keep a snapshot whatever the policy says, until the hold is released.",
        "Needs a reap or an owner's key."}, footerHeading = "%nExamples:%n", footer = {
                "  muster retain hold 8c1d22 --reason 'case 2026-114'"})
final class RetainHold implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Parameters(paramLabel = "SNAPSHOT", description = "At least 4 digits of its id.")
    private String snapshot = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is printed with every plan.")
    private String reason = "";

    RetainHold(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** What was held. */
    record Held(String snapshot, String system, String reason) {}

    @Override
    public Integer call() throws InterruptedException {
        Invocation invocation = vaults.invocation();
        SnapshotHead head = vaults.openToChange(where, (vault, _) -> vaults.journals().of(vault).announce(
                Deed.of("retain.hold", "snapshot " + snapshot),
                () -> new HoldSnapshot(vault, invocation.person().name()).hold(snapshot, reason,
                        invocation.time().random()),
                held -> Map.of("snapshot", held.id().hex(), "reason", reason)));
        if (json.asked()) {
            Json.print(invocation.out(), new Held(head.id().hex(), head.system(), reason));
        } else {
            invocation.out().println("Held: " + head + " of " + head.system() + ", completed "
                    + Figures.moment(head.body().completed()) + ". It stays until 'muster retain release'.");
        }
        return 0;
    }
}
