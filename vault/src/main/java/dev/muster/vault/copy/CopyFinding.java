// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

/**
 * An object that could not be copied, or that nobody reads.
 *
 * @param damage whether something that was written is not there as it was written
 * @param place which of the two stores
 * @param key the object
 * @param what is wrong with it
 */
public record CopyFinding(boolean damage, String place, String key, String what) {}
