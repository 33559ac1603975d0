// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.house.HouseRules;
import org.junit.jupiter.api.Test;

/** Also looks at the whole repository. */
class HouseTest extends HouseRules {

    @Test
    void theErrorListHasNoRowWithoutASource() throws Exception {
        assertErrorListIsCurrent();
    }

    @Test
    void noTextBelongsToOneMachine() {
        assertNothingLeaks();
    }
}
