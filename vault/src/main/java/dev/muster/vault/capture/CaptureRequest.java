// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.snapshot.CaptureSource;
import java.util.Map;

/**
 * What is about to be captured.
 *
 * @param source what, and where it runs
 * @param tags what people say of it; together with the facts of the capture at most 4 KiB
 * @param zstdLevel 1 is fast, 3 is usual, 19 is slow
 */
public record CaptureRequest(CaptureSource source, Map<String, String> tags, int zstdLevel) {

    public CaptureRequest {
        tags = Map.copyOf(tags);
    }

    /** Without tags, compressed fast. */
    public static CaptureRequest of(String kind, String system, String component, String host) {
        return new CaptureRequest(new CaptureSource(kind, system, component, host), Map.of(), 1);
    }
}
