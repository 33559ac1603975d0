// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RangeTest {

    @Test
    void aRangeLiesInAnObjectOrNotAtAll() {
        assertThat(Range.of(10, 20).within(30)).contains(new Range.Extent(10, 20));
        assertThat(Range.of(10, 20).within(29)).isEmpty();
        assertThat(Range.last(20).within(30)).contains(new Range.Extent(10, 20));
        assertThat(Range.last(20).within(20)).contains(new Range.Extent(0, 20));
        assertThat(Range.last(20).within(19)).isEmpty();
        assertThat(Range.whole().within(30)).contains(new Range.Extent(0, 30));
        assertThat(Range.whole().within(0)).contains(new Range.Extent(0, 0));
        assertThat(Range.of(Long.MAX_VALUE - 5, 5).within(Long.MAX_VALUE - 1)).isEmpty();
    }

    @Test
    void aRangeThatCannotBeIsRefused() {
        assertThatThrownBy(() -> Range.of(-1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Range.of(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Range.of(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Range.of(Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Range.last(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
