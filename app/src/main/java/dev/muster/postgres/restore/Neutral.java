// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

/**
 * A setting of the source that is not in force in the restored cluster.
 *
 * @param name of the setting
 * @param was its value on the source; what may hold a password is not shown
 * @param now its value in the restored cluster
 * @param why what it would do
 */
public record Neutral(String name, String was, String now, String why) {}
