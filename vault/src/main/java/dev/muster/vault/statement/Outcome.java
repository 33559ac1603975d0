// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.store.Key;
import dev.muster.vault.object.VaultFault;

/**
 * What the reading of an object that is listed among statements came to.
 *
 * @param <T> what such a statement says
 */
public sealed interface Outcome<T> {

    /** A statement. */
    record Said<T>(T what) implements Outcome<T> {}

    /** It was listed and is gone. */
    record Vanished<T>(Key key) implements Outcome<T> {}

    /**
     * It is no statement.
     *
     * @param why what is wrong with it
     * @param perhapsAuthentic whether somebody who may speak may have said something here that cannot be read: its
     *            bytes are not those that its key names, or it takes a newer program, or an epoch that was not granted.
     *            Whoever must not overlook a statement takes this for one of unknown contents. What is refused for
     *            another reason was never said
     */
    record Refused<T>(Key key, VaultFault why, boolean perhapsAuthentic) implements Outcome<T> {}
}
