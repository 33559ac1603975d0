// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.tree.TreeRoot;
import java.util.Arrays;
import java.util.List;

/**
 * A session that shows itself (docs/format.md, section 7, kind 9): what it names is live for gc as long as it lives.
 *
 * @param instance of the repository, from the charter
 * @param session random
 * @param step how far it is
 * @param host where it runs
 * @param purpose what it is for, in words
 * @param roots tables that it proposes or reads
 * @param needs WAL that it needs
 * @param nonce random, so that the same can be said again in another object
 */
public record Candidate(Uid instance, Uid session, Step step, String host, String purpose, List<TreeRoot> roots,
        List<WalNeed> needs, Uid nonce) {

    private static final int LIST_ITEMS_MAX = 65_536;
    private static final int TEXT_BYTES_MAX = 4096;

    /** How far a session is. */
    public enum Step {
        /** It uploads and adopts. */
        ANNOUNCED(1),
        /** It means to commit these roots. */
        PROPOSED(2),
        /** It reads. */
        READING(3);

        private final int code;

        Step(int code) {
            this.code = code;
        }
    }

    public Candidate {
        roots = List.copyOf(roots);
        needs = List.copyOf(needs);
    }

    /** The same said again. */
    public Candidate again(Uid newNonce) {
        return new Candidate(instance, session, step, host, purpose, roots, needs, newNonce);
    }

    public byte[] encode() {
        return new Encoder().uid(instance)
                .uid(session)
                .u8(step.code)
                .text(host)
                .text(purpose)
                .list(roots, (out, root) -> root.write(out))
                .list(needs, (out, need) -> need.write(out))
                .uid(nonce)
                .toByteArray();
    }

    public static Candidate decode(Decoder in) {
        Uid instance = in.uid();
        Uid session = in.uid();
        int code = in.u8();
        Step step = Arrays.stream(Step.values())
                .filter(each -> each.code == code)
                .findFirst()
                .orElseThrow(() -> in.damage("a candidate at step " + code));
        return new Candidate(instance, session, step, in.text(TEXT_BYTES_MAX), in.text(TEXT_BYTES_MAX),
                in.list(LIST_ITEMS_MAX, TreeRoot::read), in.list(LIST_ITEMS_MAX, WalNeed::read), in.uid());
    }

    /**
     * Reads a candidate.
     *
     * @throws VaultFault.Damage if it is not what was written, or its key says something else than it does
     * @throws VaultFault.Untrusted if it announces or proposes a snapshot and its signer may not write one
     */
    public static Candidate of(Statement statement) {
        Candidate candidate = statement.decode(Candidate::decode);
        statement.requireSession(candidate.session);
        if (candidate.step != Step.READING) {
            statement.requireRole("that it writes a snapshot", Role.CAPTURE, Role.OWNER);
        }
        return candidate;
    }
}
