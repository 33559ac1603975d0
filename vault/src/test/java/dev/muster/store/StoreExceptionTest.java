// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.fault.FaultKind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StoreExceptionTest {

    private static final Key KEY = Key.of("data/1");
    private final IOException cause = new IOException("connection reset");

    private final List<StoreException> all = List.of(
            StoreException.NotFound.of(KEY, "/mnt/backup"), StoreException.AlreadyExists.of(KEY, "/mnt/backup"),
            StoreException.AlreadyExists.notEmpty("/mnt/backup", "thesis.txt"),
            StoreException.Denied.of("/mnt/backup", cause), StoreException.Denied.readOnly("/mnt/backup"),
            StoreException.OutOfRange.of(KEY, "/mnt/backup", Range.of(1, 2)),
            StoreException.OutOfRange.tooLong(KEY, 10, 5), StoreException.Corrupt.mismatch("data/1", "another SHA-256"),
            StoreException.Corrupt.refused("data/1", cause), StoreException.Transient.of("data/1", cause),
            StoreException.Transient.busy("data/1", cause), StoreException.Transient.shortRead("data/1", 7),
            StoreException.Full.of("data/1", cause), StoreException.Absent.of("/mnt/backup", "the directory is empty"),
            StoreException.Absent.vanished("/mnt/backup", "the directory is empty"));

    @Test
    void onlyWhatMayPassIsWorthRetrying() {
        for (var fault : all) {
            assertThat(fault.retryable()).as(fault.code()).isEqualTo(fault instanceof StoreException.Transient);
        }
    }

    @Test
    void eachSaysToWhatItHappened() {
        for (var fault : all) {
            assertThat(fault.getMessage()).as(fault.code()).containsAnyOf("data/1", "/mnt/backup");
            assertThat(fault.remedy()).as(fault.code()).endsWith(".");
        }
        assertThat(all).extracting(StoreException::code).doesNotHaveDuplicates();
    }

    @Test
    void aTransientSaysWhy() {
        assertThat(StoreException.Transient.of("data/1", cause)).hasMessageContaining("connection reset")
                .hasCause(cause);
        assertThat(StoreException.Transient.of("data/1", new IOException())).hasMessageContaining("IOException");
    }

    @Test
    void damageIsDamage() {
        assertThat(all).filteredOn(fault -> fault.kind() == FaultKind.DAMAGE).extracting(StoreException::code)
                .containsExactlyInAnyOrder("store.out-of-range", "store.too-long", "store.content-mismatch",
                        "store.damaged-in-transit");
    }
}
