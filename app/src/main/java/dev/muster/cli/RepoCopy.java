// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.store.Store;
import dev.muster.system.RepositoryAddress;
import dev.muster.system.RepositoryCopy;
import dev.muster.system.Stores;
import dev.muster.vault.copy.CopyPlan;
import dev.muster.vault.copy.CopyReport;
import dev.muster.vault.copy.CopyRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster repo copy}. */
@Command(name = "copy", description = {"Copy a repository to another place, and later what is new. Needs no key.",
        "The copy opens with the keys of the original and is read like it: points, restore, check. It is written by copying "
                + "alone. Backups and receivers go on meanwhile; a copy that was interrupted goes on where it was. Nothing is "
                + "deleted, here or there. Exit status 3 if something of the original is damaged and was not copied."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster repo copy",
                        "  muster repo copy --to /mnt/elsewhere/clinic",
                        "  muster repo copy --to 's3://clinic-dr/backups?region=eu-west-1' --plan",
                        "  muster points --repository /mnt/elsewhere/clinic --key-file owner.key"})
final class RepoCopy implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Option(names = "--to", paramLabel = "URL", description = "Where the copy is, or its name in the configuration; made if nothing is there. "
            + "Default: all copies that the configuration names.")
    private Optional<String> to = Optional.empty();

    @Option(names = "--plan", description = "Print what would be copied, and do nothing.")
    private boolean plan;

    RepoCopy(OpenVault vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        Stores stores = vaults.stores();
        RepositoryAddress address = where.place(vaults.invocation()).address();
        List<String> targets = targets(address);
        targets.forEach(target -> requireApart(address.url(), target));
        List<CopyText.Document> documents = new ArrayList<>();
        Optional<Fault> failed = Optional.empty();
        int worst = 0;
        try (Store source = stores.openReadOnly(address.url())) {
            for (String target : targets) {
                CopyText text = new CopyText(vaults.invocation().out(), address.url(), target);
                try {
                    CopyText.Document done = plan ? plan(source, target, text) : copy(source, target, text);
                    documents.add(done);
                    worst = Math.max(worst, plan || done.complete() ? 0 : FaultKind.DAMAGE.exitStatus());
                } catch (Fault e) {
                    failed = Optional.of(failed.orElse(e));
                    vaults.invocation().terminal().err().println("NOT COPIED to " + target + ": " + e.what());
                }
            }
        }
        if (json.asked()) {
            Json.print(vaults.invocation().out(), new CopyText.Documents(documents));
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
        return worst;
    }

    private List<String> targets(RepositoryAddress address) {
        if (to.isPresent()) {
            String named = address.copies()
                    .stream()
                    .filter(copy -> copy.name().equals(to.get()))
                    .map(RepositoryCopy::url)
                    .findFirst()
                    .orElse(to.get());
            return List.of(Addresses.absolute(named, vaults.invocation().directory()));
        }
        if (address.copies().isEmpty()) {
            throw new CommandFault.Unclear("Neither the command nor the configuration says where the copy is", "--to",
                    "Give --to URL, or name copies in muster.yaml: repository: { copies: { NAME: { url: URL } } }.");
        }
        return address.copies().stream().map(RepositoryCopy::url).toList();
    }

    /** A store in a directory of another would be taken for objects of it. */
    private void requireApart(String from, String target) {
        Optional<Path> one = vaults.stores().directory(from);
        Optional<Path> other = vaults.stores().directory(target);
        if (one.isPresent() && other.isPresent()
                && (one.get().startsWith(other.get()) || other.get().startsWith(one.get()))) {
            throw new CommandFault.Unclear(
                    "The copy and the original are the same directory, or one is inside of the other",
                    target, "Name another place, best on another disk or in another region.");
        }
    }

    private CopyText.Document plan(Store source, String target, CopyText text) throws InterruptedException {
        CopyPlan found;
        if (vaults.stores().exists(target)) {
            try (Store copy = vaults.stores().openReadOnly(target)) {
                found = new CopyRepository(source, copy, (_, _) -> {
                }).plan();
            }
        } else {
            found = CopyRepository.planFirst(source);
        }
        if (!json.asked()) {
            text.plan(found);
        }
        return text.document(found);
    }

    private CopyText.Document copy(Store source, String target, CopyText text) throws InterruptedException {
        long began = vaults.invocation().time().nanoTime().getAsLong();
        CopyReport report;
        try (ProgressLine progress = vaults.invocation().progress(); Store copy = openOrCreate(target)) {
            progress.say("listing");
            report = new CopyRepository(source, copy, (done, total) -> progress.bytes("copying", done, total)).run();
        }
        double seconds = (vaults.invocation().time().nanoTime().getAsLong() - began) / 1e9;
        if (!json.asked()) {
            text.report(report, seconds);
        }
        return text.document(report, seconds);
    }

    private Store openOrCreate(String target) throws InterruptedException {
        return vaults.stores().exists(target) ? vaults.stores().open(target) : vaults.stores().create(target);
    }
}
