// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

/**
 * Something about the server or this host that the user should know of, and what to do about it.
 *
 * @param topic stable name: {@code not-named}
 * @param what what is the case
 * @param remedy what to do
 */
public record Advice(String topic, String what, String remedy) {}
