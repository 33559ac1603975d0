// SPDX-License-Identifier: Apache-2.0
package dev.muster.fault;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultTest {

    private static final class Lost extends Fault {

        Lost(Notice notice) {
            super(notice);
        }
    }

    private static Notice notice() {
        return Notice.of("test.lost", "The object is not there", "packs/ab", "Look for it.");
    }

    @Test
    void aFaultSaysWhatHappenedToWhatAndWhatToDo() {
        var fault = new Lost(notice());

        assertThat(fault).hasMessage("The object is not there: packs/ab").hasNoCause();
        assertThat(fault.code()).isEqualTo("test.lost");
        assertThat(fault.what()).isEqualTo("The object is not there");
        assertThat(fault.subject()).isEqualTo("packs/ab");
        assertThat(fault.remedy()).isEqualTo("Look for it.");
        assertThat(fault.kind()).isEqualTo(FaultKind.FAILED);
        assertThat(fault.retryable()).isFalse();
    }

    @Test
    void theKindDecidesTheExitStatus() {
        assertThat(new Lost(notice()).kind().exitStatus()).isEqualTo(1);
        assertThat(new Lost(notice().usage()).kind().exitStatus()).isEqualTo(2);
        assertThat(new Lost(notice().damage()).kind().exitStatus()).isEqualTo(3);
        assertThat(new Lost(notice().objective()).kind().exitStatus()).isEqualTo(4);
    }

    @Test
    void eachChangeOfANoticeKeepsTheOthers() {
        var cause = new IOException("reset");
        var fault = new Lost(notice().damage().worthRetrying().because(cause));

        assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGE);
        assertThat(fault.retryable()).isTrue();
        assertThat(fault).hasCause(cause);
        assertThat(fault.code()).isEqualTo("test.lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost", "Test.lost", "test.", "test.Lost", "test lost", ""})
    void aMalformedCodeIsRefused(String code) {
        assertThatThrownBy(() -> Notice.of(code, "It is gone", "packs/ab", "Look for it."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a fault code");
    }

    @Test
    void aNoticeWithoutARemedyIsRefused() {
        assertThatThrownBy(() -> Notice.of("test.lost", "It is gone", "packs/ab", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test.lost");
    }
}
