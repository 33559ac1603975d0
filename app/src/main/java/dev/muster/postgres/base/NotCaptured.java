// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

/**
 * Something that a backup could not capture beside the data, which are complete.
 *
 * @param what was wanted
 * @param why it is not there
 */
public record NotCaptured(String what, String why) {}
