// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.ObjectKey;

/**
 * An object that nothing needs.
 *
 * @param bytes that it takes in the store
 */
record Dead(ObjectKey key, long bytes, Why why) {}
