// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;

/** The proofs of one repository. Thread-safe. */
public final class Proofs {

    private final Statements statements;
    private final Uid instance;

    /** @param instance of the repository, from its charter: proofs of another prove nothing here */
    public Proofs(Statements statements, Uid instance) {
        this.statements = statements;
        this.instance = instance;
    }

    public Uid instance() {
        return instance;
    }

    /**
     * Puts a proof; durable when this returns.
     *
     * @return its name
     * @throws VaultFault.NotGranted if this slot's role may not say it
     */
    public Digest put(Proof proof) throws InterruptedException {
        return statements.put(Kind.PROOF, digest -> ObjectKeys.of(Kind.PROOF, digest), proof.encode()).digest();
    }

    /** Reads all. */
    public Survey<StoredProof> read() throws InterruptedException {
        return statements.survey(Kind.PROOF, this::proof);
    }

    private StoredProof proof(Statement statement) {
        Proof proof = statement.decode(Proof::decode);
        if (!proof.instance().equals(instance)) {
            throw new VaultFault.Untrusted("of another instance of the repository", statement.key().value());
        }
        return new StoredProof(statement.key().digest(), statement.stamped(), statement.signer(), proof);
    }
}
