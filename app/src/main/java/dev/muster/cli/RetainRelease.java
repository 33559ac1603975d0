// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.retain.HoldSnapshot;
import dev.muster.vault.roll.RollEvent.Hold;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster retain release}. */
@Command(name = "release", description = {
        "End the holds of a snapshot: from then on the policy decides about it again.",
        "Needs an owner's key."}, footerHeading = "%nExamples:%n", footer = {
                "  muster retain release 8c1d22 --reason 'case closed' --key-file owner.key"})
final class RetainRelease implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Parameters(paramLabel = "SNAPSHOT", description = "At least 4 digits of its id.")
    private String snapshot = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded in the repository.")
    private String reason = "";

    RetainRelease(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** What was ended. */
    record Ended(String snapshot, List<String> reasons) {}

    @Override
    public Integer call() throws InterruptedException {
        Invocation invocation = vaults.invocation();
        List<Hold> ended = vaults.openToChange(where,
                (vault, _) -> vaults.journals().of(vault).announce(Deed.of("retain.release", "snapshot " + snapshot),
                        () -> new HoldSnapshot(vault, invocation.person().name()).release(snapshot, reason),
                        holds -> Map.of("snapshot", holds.getFirst().snapshot().hex(), "reason", reason)));
        if (json.asked()) {
            Json.print(invocation.out(), new Ended(ended.getFirst().snapshot().hex(),
                    ended.stream().map(Hold::reason).toList()));
        } else {
            ended.forEach(hold -> invocation.out().println("Released: snapshot "
                    + hold.snapshot().hex().substring(0, 12) + ", which was held for: " + hold.reason()));
        }
        return 0;
    }
}
