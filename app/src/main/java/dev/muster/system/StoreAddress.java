// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a repository's store is, from the file and from the variables that backup scripts commonly have:
 * {@code S3_BACKUP_BUCKET}, and {@code BACKUP_STORAGE_PROVIDER}, {@code _BUCKET} and {@code _REGION}. What the file says
 * counts; the variables stand in where it says nothing.
 */
final class StoreAddress {

    private StoreAddress() {}

    /** The address in this section of the file, with a problem for whatever does not fit. */
    static Optional<String> read(YamlSection section, Map<String, String> environment) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : BucketAddress.SETTINGS) {
            section.value(name, text -> BucketAddress.valid(name, text)).ifPresent(value -> settings.put(name, value));
        }
        if (section.has("url")) {
            return section.value("url", text -> address(text, settings));
        }
        try {
            Optional<String> found = fromEnvironment(environment).map(text -> address(text, settings));
            if (found.isEmpty()) {
                section.problem("url", "say where the repository is, such as file:///var/lib/muster/repository");
            }
            return found;
        } catch (IllegalArgumentException e) {
            section.problem("url", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Whether the environment alone says where the repository is, or tries to. */
    static boolean isInEnvironment(Map<String, String> environment) {
        return set(environment, "S3_BACKUP_BUCKET").isPresent()
                || set(environment, "BACKUP_STORAGE_BUCKET").isPresent();
    }

    private static String address(String text, Map<String, String> settings) {
        if (BucketAddress.is(text)) {
            BucketAddress address = BucketAddress.parse(text);
            return settings.isEmpty() ? text : address.with(settings).url();
        }
        if (!text.startsWith("file://") && !text.startsWith("/")) {
            throw new IllegalArgumentException("'" + text + "' is none of file:///path, " + BucketAddress.FORMS);
        }
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", settings.keySet()) + ": only for a bucket, " + BucketAddress.FORMS);
        }
        return text;
    }

    private static Optional<String> fromEnvironment(Map<String, String> environment) {
        Optional<String> plain = set(environment, "S3_BACKUP_BUCKET").map(bucket -> "s3://" + bucket);
        Optional<String> bucket = set(environment, "BACKUP_STORAGE_BUCKET");
        if (bucket.isEmpty()) {
            return plain;
        }
        String provider = set(environment, "BACKUP_STORAGE_PROVIDER").orElse("s3");
        String named = switch (provider) {
            case "s3" -> "s3://" + bucket.get();
            case "gcs" -> "gs://" + bucket.get();
            case "azure" -> "azure://" + account(environment) + "/" + bucket.get();
            default -> throw new IllegalArgumentException("BACKUP_STORAGE_PROVIDER is " + provider
                    + ", and this release knows s3, gcs and azure: set url");
        };
        if (plain.isPresent() && !plain.get().equals(named)) {
            throw new IllegalArgumentException("S3_BACKUP_BUCKET and BACKUP_STORAGE_BUCKET name different buckets");
        }
        return Optional.of(named + set(environment, "BACKUP_STORAGE_REGION").filter(_ -> provider.equals("s3"))
                .map(region -> "?region=" + region).orElse(""));
    }

    private static String account(Map<String, String> environment) {
        return set(environment, "AZURE_STORAGE_ACCOUNT").orElseThrow(() -> new IllegalArgumentException(
                "BACKUP_STORAGE_PROVIDER is azure, and AZURE_STORAGE_ACCOUNT does not say whose container it is"));
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
