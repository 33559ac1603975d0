// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.fault.FaultKind;
import dev.muster.system.StreamPolicy.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConfigurationReaderTest {

    private static final String WHOLE = """
            repository:
              url: file:///var/lib/muster/repository
              key-file: key
            systems:
              clinic:
                postgres: postgresql://muster@db/postgres
                objectives:
                  rpo: 30s
                  rto: 15m
                stream:
                  slot: clinic
                  spool: spool
                  spool-max: 512MiB
                  cadence: 500ms
                  synchronous: true
                  durability: spool
                  on-outage: degrade
            """;

    @TempDir
    Path directory;

    @Test
    void everySettingIsRead() {
        Configuration configuration = read(WHOLE, Map.of());

        ProtectedSystem clinic = configuration.system("clinic");
        assertThat(clinic.postgres().text()).isEqualTo("postgresql://muster@db/postgres");
        assertThat(clinic.repository()).isEqualTo(new RepositoryAddress("file:///var/lib/muster/repository",
                Optional.of(directory.resolve("key")), Optional.empty(), Optional.empty()));
        assertThat(clinic.objective()).isEqualTo(new Objective(Duration.ofSeconds(30), Duration.ofMinutes(15)));
        assertThat(clinic.stream()).isEqualTo(new StreamPolicy("clinic", directory.resolve("spool"), 512L << 20,
                Duration.ofMillis(500), true, Durability.SPOOL, StreamPolicy.Outage.DEGRADE));
    }

    @Test
    void aRepositoryHasCopiesByTheirNames() {
        Configuration configuration = read(WHOLE.replace("  key-file: key\n", """
                  key-file: key
                  copies:
                    safe: { url: /mnt/safe/clinic }
                    frankfurt: { url: s3://clinic-dr/main, region: eu-central-1 }
                """), Map.of());
        assertThat(configuration.system("clinic").repository().copies()).containsExactly(
                new RepositoryCopy("safe", "/mnt/safe/clinic"),
                new RepositoryCopy("frankfurt", "s3://clinic-dr/main?region=eu-central-1"));
    }

    @Test
    void whatIsKeptIsReadWithItsDefaults() {
        assertThat(retention("", Map.of())).isEmpty();
        assertThat(retention("daily: 30", Map.of())).contains(new RetentionPolicy(Map.of(Tier.DAILY, 30),
                Duration.ZERO, Map.of(), 1, Duration.ofDays(7), ZoneOffset.UTC));
        assertThat(retention("keep-within: 30d", Map.of()).orElseThrow().window()).isEqualTo(Duration.ofDays(30));
        assertThat(retention("""
                hourly: 24
                      weekly: 4
                      monthly: 12
                      yearly: 3
                      keep-within: 36h
                      minimum: 5
                      window: 14d
                      time-zone: Europe/Berlin
                      tags:
                        manual: 90d
                        release=final: forever""", Map.of())).contains(new RetentionPolicy(
                Map.of(Tier.HOURLY, 24, Tier.WEEKLY, 4, Tier.MONTHLY, 12, Tier.YEARLY, 3), Duration.ofHours(36),
                Map.of("manual", Term.of(Duration.ofDays(90)), "release=final", Term.FOREVER), 5,
                Duration.ofDays(14), ZoneId.of("Europe/Berlin")));
    }

    @Test
    void thePlansThatMusterBeganWithHavePresetsAndTheirVariablesAreUnderstood() {
        assertThat(retention("preset: care-commons", Map.of()).orElseThrow().words())
                .isEqualTo("daily 30, monthly 12, minimum 7, window 7d");
        assertThat(retention("preset: medicalcor", Map.of()).orElseThrow().words())
                .isEqualTo("hourly 24, daily 7, weekly 4, monthly 12, minimum 1, window 7d");
        assertThat(retention("preset: revrx", Map.of()).orElseThrow().words())
                .isEqualTo("daily 30, tag manual 90d, tag pre-deploy 90d, minimum 1, window 7d");
        assertThat(retention("preset: keneyapp", Map.of()).orElseThrow().words())
                .isEqualTo("daily 30, monthly 12, minimum 1, window 7d");
        assertThat(retention("", Map.of("BACKUP_RETENTION_DAYS", "30", "MONTHLY_RETENTION_MONTHS", "12")).orElseThrow()
                .words()).isEqualTo("daily 30, monthly 12, minimum 1, window 7d");
        Map<String, String> medicalcor = Map.of("BACKUP_RETENTION_DAILY", "7", "BACKUP_RETENTION_WEEKLY", "4",
                "BACKUP_RETENTION_MONTHLY", "12");
        assertThat(retention("", medicalcor).orElseThrow().words())
                .isEqualTo("daily 7, weekly 4, monthly 12, minimum 1, window 7d");
        assertThat(retention("{ preset: care-commons, weekly: 2 }", medicalcor).orElseThrow().words())
                .as("the file before the environment before the preset")
                .isEqualTo("daily 7, weekly 2, monthly 12, minimum 7, window 7d");
    }

    @Test
    void everyProblemOfWhatIsKeptIsReportedWithItsLine() {
        assertThatExceptionOfType(ConfigurationFault.Invalid.class).isThrownBy(() -> retention("""
                preset: carecommons
                      daily: -3
                      hourly: 0
                      minimum: 0
                      window: 7 weeks
                      keep-within: 999999999d
                      time-zone: Berlin
                      tags:
                        manual: long
                      dayly: 7""", Map.of("BACKUP_RETENTION_DAYS", "many", "BACKUP_RETENTION_MONTHLY", "6",
                "MONTHLY_RETENTION_MONTHS", "7")))
                .satisfies(fault -> assertThat(fault.problems()).extracting(Problem::line)
                        .containsExactlyInAnyOrder(8, 9, 11, 12, 13, 14, 16, 17, 7, 7))
                .satisfies(fault -> assertThat(fault.getMessage()).contains("care-commons, keneyapp, medicalcor, revrx",
                        "BACKUP_RETENTION_DAYS in the environment", "disagree", "at least 1", "Europe/Berlin"));
        assertThatExceptionOfType(ConfigurationFault.Invalid.class).isThrownBy(() -> retention("minimum: 3", Map.of()))
                .withMessageContaining("say what to keep");
        assertThatExceptionOfType(ConfigurationFault.Invalid.class)
                .isThrownBy(() -> retention("keep-within: 12m", Map.of()))
                .withMessageContaining("may be minutes or months");
        assertThat(retention("keep-within: 90min", Map.of()).orElseThrow().words()).contains("within 90min");
    }

    private Optional<RetentionPolicy> retention(String section, Map<String, String> environment) {
        String text = """
                repository:
                  url: file:///var/lib/muster/repository
                  key-file: key
                systems:
                  clinic:
                    postgres: postgresql://muster@db/postgres
                """ + (section.isEmpty() ? "" : "    retention:\n      " + section + "\n");
        return read(text, environment).system("clinic").retention();
    }

    @Test
    void whatLiesAboveALinkIsAboveWhatItLeadsTo() throws IOException {
        Files.createDirectories(directory.resolve("disk/keys"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("disk/keys"));

        Configuration configuration = read(WHOLE.replace("key-file: key", "key-file: link/../key"), Map.of());

        assertThat(configuration.system("clinic").repository().keyFile())
                .contains(directory.toRealPath().resolve("disk/key"));
    }

    @Test
    void whatIsNotSetHasItsDefault() {
        ProtectedSystem system = read("""
                repository: { url: /backups, key-variable: KEY }
                systems:
                  care-commons: { postgres: postgresql:/// }
                """, Map.of()).system("care-commons");

        assertThat(system.objective()).isEqualTo(new Objective(Duration.ofMinutes(1), Duration.ofHours(1)));
        assertThat(system.stream().slot()).isEqualTo("muster_care_commons");
        assertThat(system.stream().synchronous()).isFalse();
        assertThat(system.stream().durability()).isEqualTo(Durability.REPOSITORY);
        assertThat(system.stream().spool()).isEqualTo(directory.resolve("home/.local/state/muster/spool/care-commons"));
    }

    @Test
    void allProblemsAreReportedTogetherWithTheirLines() {
        assertThat(problems("""
                repository:
                  url: ftp://somewhere
                  key-file: key
                  passphrase-file: phrase
                systems:
                  Clinic:
                    postgres: ${NOWHERE}
                    objectives: { rpo: soon }
                    stream:
                      durabilty: spool
                extra: 1
                """, Map.of())).containsExactlyInAnyOrder(
                "line 2: repository.url: 'ftp://somewhere' is none of file:///path, s3://bucket/prefix,"
                        + " gs://bucket/prefix, azure://account/container/prefix",
                "line 3: repository.key-file: name exactly one of key-file, passphrase-file and key-variable",
                "line 6: systems.Clinic: a system's name is of lower-case letters, digits and dashes",
                "line 7: systems.Clinic.postgres: the environment has no variable NOWHERE",
                "line 8: systems.Clinic.objectives.rpo: 'soon' is not a duration such as 500ms, 30s, 15m, 4h or 7d",
                "line 10: systems.Clinic.stream.durabilty: is not a setting; known here: slot, spool, spool-max,"
                        + " cadence, synchronous, durability, on-outage",
                "line 11: extra: is not a setting; known here: state, repository, systems");
    }

    @Test
    void aMissingDatabaseAndRepositoryAreNamed() {
        assertThat(problems("systems:\n  clinic:\n    objectives: { rto: 0 }\n", Map.of())).containsExactlyInAnyOrder(
                "line 2: systems.clinic.postgres: say where the database is: postgresql://user@host/dbname, or set"
                        + " DATABASE_URL",
                "line 2: systems.clinic.repository: say where backups go: repository: { url: file:///path, key-file:"
                        + " FILE }",
                "line 3: systems.clinic.objectives.rto: no recovery takes no time");
    }

    @Test
    void databaseUrlAndEncryptionKeyOfTheEnvironmentAreUnderstood() {
        ProtectedSystem system = read("repository: { url: /backups }\nsystems: { clinic: { } }\n",
                Map.of("DATABASE_URL", "postgres://u:secret@h/db", "BACKUP_ENCRYPTION_KEY", "00")).system("clinic");

        assertThat(system.postgres().text()).isEqualTo("postgres://u:secret@h/db");
        assertThat(system.repository().keyVariable()).contains("BACKUP_ENCRYPTION_KEY");
        assertThat(system.toString()).doesNotContain("secret");
    }

    @Test
    void sealingCannotBeSwitchedOff() {
        for (var wish : List.of("encryption: off", "encrypt: false", "sealed: no", "key: none", "plaintext: true")) {
            assertThat(problems(
                    "repository: { url: /backups, key-file: key, " + wish + " }\nsystems: { a: { postgres: p } }",
                    Map.of())).as(wish).singleElement().asString()
                    .contains("is not a setting; known here: ")
                    .endsWith(", url, key-file, passphrase-file, key-variable, copies");
        }
        assertThat(problems("repository: { url: /backups }\nsystems: { a: { postgres: p } }", Map.of()))
                .singleElement().asString().contains("name exactly one of key-file, passphrase-file and key-variable");
    }

    @Test
    void aKeyThatIsSetTwiceIsAProblem() {
        assertThat(problems("""
                repository: { url: /backups, key-variable: KEY }
                systems:
                  clinic:
                    postgres: a
                    postgres: b
                """, Map.of())).containsExactly(
                "line 5: systems.clinic.postgres: is set twice; the first is in line 4");
    }

    @Test
    void whatIsNotYamlIsSaidWithItsLine() {
        assertThat(problems("systems:\n  clinic: [\n", Map.of())).singleElement().asString()
                .matches("line \\d: not YAML: .*");
    }

    @Test
    void aMissingFileSaysHowToMakeOne() {
        assertThatExceptionOfType(ConfigurationFault.Absent.class).isThrownBy(
                () -> reader(Map.of()).read(directory.resolve("muster.yaml")))
                .satisfies(fault -> assertThat(fault.remedy()).contains("muster init"))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(FaultKind.USAGE));
    }

    @Test
    void anUnknownSystemNamesTheKnownOnes() {
        assertThatExceptionOfType(ConfigurationFault.UnknownSystem.class).isThrownBy(
                () -> read(WHOLE, Map.of()).system("clinc"))
                .satisfies(fault -> assertThat(fault.remedy()).isEqualTo("It has: clinic."));
    }

    private static final String IN_BUCKET = """
            repository:
              url: s3://clinic-backups/main
              %s
              key-file: key
            systems:
              clinic: { postgres: 'host=db' }
            """;

    private Optional<String> url(String yaml, Map<String, String> environment) {
        return Optional.of(read(yaml, environment).system("clinic").repository().url());
    }

    @Test
    void aBucketHasItsSettingsInTheAddressOrBesideIt() {
        assertThat(url(IN_BUCKET.formatted(""), Map.of())).contains("s3://clinic-backups/main");
        assertThat(url(IN_BUCKET.formatted("endpoint: https://objects.example:9000\n  storage-class: STANDARD_IA"),
                Map.of()))
                .contains("s3://clinic-backups/main?endpoint=https%3A%2F%2Fobjects.example%3A9000"
                        + "&storage-class=STANDARD_IA");
    }

    @Test
    void aBucketsSettingsAreCheckedEachInItsLine() {
        assertThat(problems(IN_BUCKET.formatted("endpoint: ftp://x\n  path-style: maybe\n  storage-class: GLACIER"),
                Map.of()))
                .containsExactly(
                        "line 3: repository.endpoint: 'ftp://x' is not possible: https://host:port, without a user",
                        "line 4: repository.path-style: 'maybe' is not possible: true or false",
                        "line 5: repository.storage-class: 'GLACIER' is not possible: one from which can be read at"
                                + " once, such as STANDARD_IA");
        assertThat(problems(IN_BUCKET.formatted("kms-key: alias/x"), Map.of()))
                .containsExactly("line 2: repository.url: a kms-key is for server-side-encryption=kms");
        assertThat(problems(IN_BUCKET.formatted("region: eu-central-1").replace("s3://clinic-backups/main", "/x"),
                Map.of())).containsExactly("line 2: repository.url: region: only for a bucket, s3://bucket/prefix,"
                        + " gs://bucket/prefix, azure://account/container/prefix");
    }

    @Test
    void theVariablesOfBackupScriptsStandInForAnAddress() {
        String silent = """
                systems:
                  clinic: { postgres: 'host=db' }
                """;
        String key = "a".repeat(64);
        assertThat(url(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "S3_BACKUP_BUCKET", "care-commons-backups")))
                .contains("s3://care-commons-backups");
        assertThat(url(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "BACKUP_STORAGE_PROVIDER", "s3",
                "BACKUP_STORAGE_BUCKET", "medicalcor-backups-prod", "BACKUP_STORAGE_REGION", "eu-central-1")))
                .contains("s3://medicalcor-backups-prod?region=eu-central-1");
        assertThat(url(WHOLE, Map.of("S3_BACKUP_BUCKET", "elsewhere"))).contains("file:///var/lib/muster/repository");
        assertThat(url(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "BACKUP_STORAGE_PROVIDER", "azure",
                "BACKUP_STORAGE_BUCKET", "backups", "BACKUP_STORAGE_REGION", "westeurope", "AZURE_STORAGE_ACCOUNT",
                "clinic"))).contains("azure://clinic/backups");
        assertThat(problems(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "BACKUP_STORAGE_PROVIDER", "azure",
                "BACKUP_STORAGE_BUCKET", "backups"))).singleElement().asString().contains("AZURE_STORAGE_ACCOUNT");
        assertThat(url(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "BACKUP_STORAGE_PROVIDER", "gcs",
                "BACKUP_STORAGE_BUCKET", "backups", "BACKUP_STORAGE_REGION", "europe-west3")))
                .contains("gs://backups");
        assertThat(problems(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "BACKUP_STORAGE_PROVIDER", "ftp",
                "BACKUP_STORAGE_BUCKET", "b"))).singleElement().asString().contains("BACKUP_STORAGE_PROVIDER is ftp");
        assertThat(problems(silent, Map.of("BACKUP_ENCRYPTION_KEY", key, "S3_BACKUP_BUCKET", "one",
                "BACKUP_STORAGE_BUCKET", "two"))).singleElement().asString().contains("name different buckets");
        assertThat(problems(silent, Map.of())).singleElement().asString().contains("say where backups go");
    }

    private List<String> problems(String yaml, Map<String, String> environment) {
        try {
            read(yaml, environment);
            return List.of();
        } catch (ConfigurationFault.Invalid e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    private Configuration read(String yaml, Map<String, String> environment) {
        try {
            return reader(environment).read(Files.writeString(directory.resolve("muster.yaml"), yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ConfigurationReader reader(Map<String, String> environment) {
        return new ConfigurationReader(environment, directory.resolve("home"));
    }
}
