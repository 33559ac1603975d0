// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StandbyNamesTest {

    private static StandbyNames parse(String setting) {
        return StandbyNames.parse(setting).orElseThrow();
    }

    @Test
    void everyFormOfTheSettingIsRead() {
        assertThat(parse("a, b")).isEqualTo(new StandbyNames(false, 1, List.of("a", "b")));
        assertThat(parse("2 (a,b , c)")).isEqualTo(new StandbyNames(false, 2, List.of("a", "b", "c")));
        assertThat(parse("first 1 (a)")).isEqualTo(new StandbyNames(false, 1, List.of("a")));
        assertThat(parse(" ANY 2 ( a, \"B \"\"x\", * ) ")).isEqualTo(new StandbyNames(true, 2,
                List.of("a", "B \"x", "*")));
        assertThat(StandbyNames.parse("")).isEmpty();
        assertThat(StandbyNames.parse("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first (a)", "any x (a)", "1 (a", "\"a", "a) b ("})
    void whatTheServerWouldRefuseNamesNobody(String setting) {
        assertThat(StandbyNames.parse(setting).filter(names -> names.name("a"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # setting                       | named | demanded | others
            muster_clinic                   | true  | true     | false
            MUSTER_Clinic, other            | true  | true     | true
            other, muster_clinic            | true  | false    | true
            FIRST 2 (other, muster_clinic)  | true  | true     | false
            FIRST 1 (muster_clinic, other)  | true  | true     | true
            ANY 1 (muster_clinic, other)    | true  | false    | true
            ANY 2 (muster_clinic, other)    | true  | true     | false
            *                               | true  | false    | true
            muster_clinic, *                | true  | true     | true
            other                           | false | false    | true
            """)
    void whatItMeansForOneStandby(String setting, boolean named, boolean demanded, boolean others) {
        var names = parse(setting);
        assertThat(names.name("muster_clinic")).isEqualTo(named);
        assertThat(names.demand("muster_clinic")).isEqualTo(demanded);
        assertThat(names.spare("muster_clinic")).isEqualTo(others);
    }

    @Test
    void whatIsAdvisedKeepsTheOthersAndCanBeReadAgain() {
        assertThat(StandbyNames.advised(Optional.empty(), "muster_clinic"))
                .isEqualTo("FIRST 1 (muster_clinic, other_standby)");
        var advised =
                StandbyNames.advised(StandbyNames.parse("ANY 1 (b, \"Muster_clinic\", \"c-1\")"), "muster_clinic");
        assertThat(advised).isEqualTo("FIRST 1 (muster_clinic, b, \"c-1\")");
        assertThat(parse(advised).demand("muster_clinic")).isTrue();
    }
}
