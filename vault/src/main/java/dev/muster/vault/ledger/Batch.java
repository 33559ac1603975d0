// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statement;
import java.util.List;

/**
 * Entries of one session that were stored together (docs/format.md, section 7, kind 17).
 *
 * @param instance of the repository, from the charter
 * @param session whose
 * @param link where in its session it stands
 * @param seen what its writer saw of other sessions
 * @param entries in the order in which they were made
 */
public record Batch(Uid instance, Session session, Link link, Heads seen, List<Entry> entries) {

    public static final int ENTRIES_MAX = 4096;
    public static final int SEEN_MAX = 64;

    /**
     * Where a batch stands in its session.
     *
     * @param sequence from 1 without gaps; an unsigned u32
     * @param previous digest of the batch before it; {@link Digest#NONE} of the first
     * @param last whether the session has ended with it
     */
    public record Link(long sequence, Digest previous, boolean last) {

        static final Link BEFORE_FIRST = new Link(0, Digest.NONE, false);

        private boolean isSense() {
            return sequence >= 1 && sequence == 1 == previous.equals(Digest.NONE);
        }
    }

    public Batch {
        entries = List.copyOf(entries);
        if (!link.isSense() || entries.size() > ENTRIES_MAX || seen.batches().size() > SEEN_MAX
                || seen.checkpoints().size() > SEEN_MAX) {
            throw new IllegalArgumentException("not a batch");
        }
    }

    public byte[] encode() {
        Encoder out = new Encoder().uid(instance).uid(session.uid()).u32(link.sequence).digest(link.previous)
                .time(session.begun());
        session.actor().write(out);
        return out.list(seen.batches(), Heads::writeBatch)
                .list(seen.checkpoints(), Encoder::digest)
                .u8(link.last ? 1 : 0)
                .list(entries, (each, entry) -> each.bytes(entry.encode()))
                .toByteArray();
    }

    public static Batch decode(Decoder in) {
        Uid instance = in.uid();
        Uid uid = in.uid();
        long sequence = in.u32();
        Digest previous = in.digest();
        Session session = new Session(uid, in.time(), Session.Actor.read(in));
        Heads seen = new Heads(in.list(SEEN_MAX, Heads::readBatch), in.list(SEEN_MAX, Decoder::digest));
        int last = in.u8();
        if (last > 1) {
            throw in.damage("neither the last batch nor another");
        }
        Link link = new Link(sequence, previous, last == 1);
        if (!link.isSense()) {
            throw in.damage("batch " + sequence + " names the wrong one before it");
        }
        return new Batch(instance, session, link, seen,
                in.list(ENTRIES_MAX, each -> Entry.decode(each.bytes(Entry.BYTES_MAX), each)));
    }

    /**
     * What a statement says.
     *
     * @throws VaultFault.Damage if it is not what was written, or its key says something else
     * @throws VaultFault.Untrusted if its signer may not say one of its entries
     */
    static Batch of(Statement statement) {
        Batch batch = statement.decode(Batch::decode);
        boolean agrees = statement.key() instanceof ObjectKey.Ledger key && key.session().equals(batch.session.uid())
                && key.sequence() == batch.link.sequence && key.month().equals(batch.session.month());
        if (!agrees) {
            throw new VaultFault.Damage("its key names another batch than it is", statement.key().value());
        }
        batch.requireMaySay(statement.role(), statement.key().value());
        return batch;
    }

    private void requireMaySay(Role role, String subject) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Known known && !Family.maySay(role, known.action())) {
                throw new VaultFault.Untrusted("a " + role + " may not say " + known.action(), subject);
            }
        }
    }
}
