// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

/**
 * Something about the objects of this package that is not as it should be. What does not verify is ignored, as if it
 * were not there.
 *
 * @param key of the object
 * @param what is wrong with it
 */
public record KeyFinding(String key, String what) {}
