// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.object.Digest;

/** Which packs and ranges of WAL a check reads whole; of the others it looks at what leads to them. */
@FunctionalInterface
interface Reading {

    /** All of them. */
    Reading ALL = _ -> true;

    /** Whether the object of this digest is read whole. */
    boolean reads(Digest object);
}
