// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/**
 * Something in a restored server's configuration that is not in force while it is isolated.
 *
 * @param setting PostgreSQL's name for it; {@code network} for the network
 * @param was what its configuration says; connection strings are not shown, since they may hold a password
 * @param now what it is instead
 */
public record Neutralised(String setting, String was, String now) {}
