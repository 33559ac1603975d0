// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which moments belong to one period. */
class TierTest {

    @ParameterizedTest
    @CsvSource({
            "HOURLY, 2026-11-20T13:59:59Z, UTC, 2026-11-20 13h +00:00",
            "HOURLY, 2026-10-25T00:30:00Z, Europe/Berlin, 2026-10-25 02h +02:00",
            "HOURLY, 2026-10-25T01:30:00Z, Europe/Berlin, 2026-10-25 02h +01:00",
            "DAILY, 2026-10-24T21:59:59Z, Europe/Berlin, 2026-10-24",
            "DAILY, 2026-10-24T22:00:00Z, Europe/Berlin, 2026-10-25",
            "DAILY, 2026-10-25T22:59:59Z, Europe/Berlin, 2026-10-25",
            "DAILY, 2018-11-04T02:59:59Z, America/Sao_Paulo, 2018-11-03",
            "DAILY, 2018-11-04T03:00:00Z, America/Sao_Paulo, 2018-11-04",
            "DAILY, 2011-12-30T09:59:59Z, Pacific/Apia, 2011-12-29",
            "DAILY, 2011-12-30T10:00:00Z, Pacific/Apia, 2011-12-31",
            "WEEKLY, 2027-01-03T23:59:59Z, UTC, 2026-W53",
            "WEEKLY, 2027-01-04T00:00:00Z, UTC, 2027-W01",
            "WEEKLY, 2024-12-30T00:00:00Z, UTC, 2025-W01",
            "MONTHLY, 2026-11-30T23:30:00Z, Asia/Tokyo, 2026-12",
            "YEARLY, 2026-12-31T23:30:00Z, Asia/Tokyo, 2027"})
    void aMomentBelongsToThePeriodOfItsZone(Tier tier, Instant moment, String zone, String period) {
        assertThat(tier.period(moment, ZoneId.of(zone))).isEqualTo(period);
    }

    @ParameterizedTest
    @CsvSource({
            "Europe/Berlin, 2026-03-29, 23", "Europe/Berlin, 2026-10-25, 25", "UTC, 2026-10-25, 24",
            "America/Sao_Paulo, 2018-11-04, 23", "Africa/Cairo, 2026-04-24, 23", "America/New_York, 2026-11-01, 25"})
    void aDayHasAsManyHourlyPeriodsAsItHasHours(String zone, String day, int hours) {
        ZoneId id = ZoneId.of(zone);
        Set<String> found = new LinkedHashSet<>();
        Instant from = Instant.parse(day + "T00:00:00Z").minus(Duration.ofDays(1));
        for (int minute = 0; minute < 3 * 24 * 60; minute += 10) {
            Instant moment = from.plus(Duration.ofMinutes(minute));
            if (Tier.DAILY.period(moment, id).equals(day)) {
                found.add(Tier.HOURLY.period(moment, id));
            }
        }
        assertThat(found).hasSize(hours);
    }
}
