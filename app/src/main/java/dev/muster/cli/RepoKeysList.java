// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.key.KeyFinding;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.Slot;
import dev.muster.vault.key.SlotInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster repo keys list}. */
@Command(name = "list", description = "List the slots: what opens the repository, and for what.", footerHeading = "%nExamples:%n", footer = {
        "  muster repo keys list",
        "  muster repo keys list --repository /backups/clinic --key-file owner.key --json"})
final class RepoKeysList implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    RepoKeysList(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** The document of {@code --json}. */
    private record Document(String repository, int epochs, @Nullable Instant epochBegun, List<Row> slots,
            List<KeyFinding> findings) {

        record Row(String slot, String role, boolean mine, @Nullable String kind, @Nullable String label,
                @Nullable Instant made, @Nullable Instant retired) {}
    }

    @Override
    public Integer call() throws InterruptedException {
        return vaults.openReadOnly(where, (vault, _) -> {
            KeyRing ring = vault.keys();
            if (json.asked()) {
                Json.print(vaults.invocation().out(), document(ring));
            } else {
                print(ring);
            }
            return 0;
        });
    }

    private void print(KeyRing ring) throws InterruptedException {
        Table table = new Table("slot", "role", "opens with", "made", "state", "label");
        for (SlotInfo info : ring.slots()) {
            table.row(SlotName.shortOf(info.digest()), info.role(), info.slot().map(Slot::kind).map(Object::toString)
                    .orElse("-"), info.slot().map(Slot::made).map(Figures::moment).orElse("-"), state(info),
                    info.slot().map(Slot::label).orElse("-"));
        }
        vaults.invocation().out().print(table);
        vaults.invocation().out().println();
        vaults.invocation().out().println("Epoch " + ring.charter().newestEpoch() + " of the keys"
                + ring.newestEpochBegun().map(begun -> ", begun " + Figures.moment(begun) + age(begun)).orElse("")
                + ".");
        ring.findings().forEach(
                finding -> vaults.invocation().out().println("notice: " + finding.key() + ": " + finding.what()));
        vaults.invocation().out().flush();
    }

    private String age(Instant begun) {
        Instant now = vaults.invocation().time().clock().instant();
        return begun.isAfter(now) ? "" : " (" + Figures.duration(Duration.between(begun, now)) + " ago)";
    }

    private static String state(SlotInfo info) {
        return info.retired().map(moment -> "removed").orElse(info.mine() ? "this key" : "active");
    }

    private static Document document(KeyRing ring) throws InterruptedException {
        return new Document(ring.repository().hex(), ring.charter().newestEpoch(),
                ring.newestEpochBegun().orElse(null),
                ring.slots().stream().map(RepoKeysList::row).toList(), ring.findings());
    }

    private static Document.Row row(SlotInfo info) {
        Optional<Slot> slot = info.slot();
        return new Document.Row(info.digest().hex(), info.role().toString(), info.mine(),
                slot.map(Slot::kind).map(Object::toString).orElse(null), slot.map(Slot::label).orElse(null),
                slot.map(Slot::made).orElse(null), info.retired().orElse(null));
    }
}
