// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

/**
 * What was captured, and from where. Each text has at most 4,096 bytes.
 *
 * @param kind what kind of source it is, such as {@code physical}
 * @param system the protected system
 * @param component of the system
 * @param host that captured it
 */
public record CaptureSource(String kind, String system, String component, String host) {}
