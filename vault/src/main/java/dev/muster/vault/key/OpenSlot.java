// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

/** A slot and its secrets. */
record OpenSlot(Slot slot, SlotSecrets secrets) {}
