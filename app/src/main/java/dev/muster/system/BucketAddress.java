// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address of a repository in a bucket: {@code s3://bucket/prefix?region=eu-central-1}. What stands behind the question
 * mark can also be settings of the configuration; there are no secrets in it.
 *
 * @param kind of the store
 * @param bucket exists already; with Azure {@code account/container}
 * @param prefix below which the repository lies, without slashes at its ends; may be empty
 * @param settings by their names, each one of the kind's
 */
public record BucketAddress(Kind kind, String bucket, String prefix, Map<String, String> settings) {

    /** Whose stores there are: docs/configuration.md explains each of their settings. */
    public enum Kind {

        /** Of S3, and of what speaks its protocol. */
        S3("s3://bucket/prefix", 1, "region endpoint path-style profile server-side-encryption kms-key storage-class"
                + " checksums"),

        /** Of Google Cloud Storage. */
        GCS("gs://bucket/prefix", 1, "endpoint credentials-file storage-class kms-key"),

        /** Of Azure Blob Storage. */
        AZURE("azure://account/container/prefix", 2, "endpoint access-tier encryption-scope");

        private final String form;
        private final int namesBeforePrefix;
        /** Their names, with spaces between. */
        private final String settings;

        Kind(String form, int namesBeforePrefix, String settings) {
            this.form = form;
            this.namesBeforePrefix = namesBeforePrefix;
            this.settings = settings;
        }

        private List<String> settings() {
            return List.of(settings.split(" "));
        }

        private String scheme() {
            return form.substring(0, form.indexOf("//") + 2);
        }
    }

    /** The settings of all kinds. */
    static final List<String> SETTINGS =
            Arrays.stream(Kind.values()).flatMap(kind -> kind.settings().stream()).distinct().toList();

    /** What addresses look like, for messages, with commas between. */
    public static final String FORMS =
            Arrays.stream(Kind.values()).map(kind -> kind.form).collect(Collectors.joining(", "));

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");
    private static final Pattern PREFIX = Pattern.compile("(?!.*//)[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,399}(?<!/)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}");
    private static final Pattern KMS_KEY = Pattern.compile("[A-Za-z0-9:/_-]{1,2048}");

    /** What must be brought back before it can be read: nobody could restore from it at once. */
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private static final Set<String> TIERS = Set.of("Hot", "Cool", "Cold");

    public BucketAddress {
        settings = Map.copyOf(settings);
    }

    /** Whether an address is one of a bucket. */
    public static boolean is(String url) {
        return kindOf(url).isPresent();
    }

    /** Whose store an address means; empty if it is not one of a bucket. */
    public static Optional<Kind> kindOf(String url) {
        return Arrays.stream(Kind.values()).filter(kind -> url.startsWith(kind.scheme())).findFirst();
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none, with a sentence that says why
     */
    public static BucketAddress parse(String url) {
        Kind kind = kindOf(url).orElseThrow(() -> new IllegalArgumentException("'" + url + "' is not " + FORMS));
        String rest = url.substring(kind.scheme().length());
        int question = rest.indexOf('?');
        String[] names = (question < 0 ? rest : rest.substring(0, question)).split("/", kind.namesBeforePrefix + 1);
        String prefix = names.length > kind.namesBeforePrefix
                ? names[kind.namesBeforePrefix].replaceFirst("/$", "")
                : "";
        for (int i = 0; i < kind.namesBeforePrefix; i++) {
            String name = i < names.length ? names[i] : "";
            if (!BUCKET.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is not the name of a bucket: " + kind.form);
            }
        }
        if (!prefix.isEmpty() && !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("'" + prefix + "' is not a prefix: letters, digits, . _ - = and /");
        }
        Map<String, String> settings = new LinkedHashMap<>();
        if (question >= 0) {
            for (String setting : rest.substring(question + 1).split("&", -1)) {
                read(setting, settings);
            }
        }
        String bucket = String.join("/", Arrays.asList(names).subList(0, kind.namesBeforePrefix));
        return new BucketAddress(kind, bucket, prefix, settings).checked();
    }

    private static void read(String setting, Map<String, String> settings) {
        int equals = setting.indexOf('=');
        String name = equals < 0 ? setting : setting.substring(0, equals);
        if (!SETTINGS.contains(name) || equals < 0) {
            throw new IllegalArgumentException("'" + name + "' is not a setting of a bucket");
        }
        String value = URLDecoder.decode(setting.substring(equals + 1), StandardCharsets.UTF_8);
        if (settings.put(name, valid(name, value)) != null) {
            throw new IllegalArgumentException("'" + name + "' is there twice");
        }
    }

    /**
     * A value that a setting can have.
     *
     * @throws IllegalArgumentException if it cannot, with a sentence that says why
     */
    static String valid(String name, String value) {
        boolean fits = switch (name) {
            case "endpoint" -> isEndpoint(value);
            case "path-style" -> Set.of("true", "false").contains(value);
            case "server-side-encryption" -> Set.of("bucket", "s3", "kms").contains(value);
            case "kms-key" -> KMS_KEY.matcher(value).matches();
            case "checksums" -> Set.of("when-required", "when-supported").contains(value);
            case "credentials-file" -> value.startsWith("/");
            case "storage-class" -> NAME.matcher(value).matches() && !ARCHIVES.contains(value);
            case "access-tier" -> TIERS.contains(value);
            default -> NAME.matcher(value).matches();
        };
        if (!fits) {
            throw new IllegalArgumentException("'" + value + "' is not possible: " + switch (name) {
                case "endpoint" -> "https://host:port, without a user";
                case "path-style" -> "true or false";
                case "server-side-encryption" -> "bucket, s3 or kms";
                case "kms-key" -> "an id, an alias, a name or an ARN";
                case "checksums" -> "when-required or when-supported";
                case "credentials-file" -> "a path from the root";
                case "storage-class" -> "one from which can be read at once, such as STANDARD_IA";
                case "access-tier" -> "Hot, Cool or Cold: one from which can be read at once";
                default -> "a name";
            });
        }
        return value;
    }

    private static boolean isEndpoint(String value) {
        try {
            URI endpoint = URI.create(value);
            return ("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))
                    && endpoint.getHost() != null && endpoint.getUserInfo() == null && endpoint.getQuery() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private BucketAddress checked() {
        for (String name : settings.keySet()) {
            if (!kind.settings().contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is not a setting of " + kind.form + "; known are "
                        + String.join(", ", kind.settings()));
            }
        }
        if (kind == Kind.S3 && settings.containsKey("kms-key")
                && !"kms".equals(settings.get("server-side-encryption"))) {
            throw new IllegalArgumentException("a kms-key is for server-side-encryption=kms");
        }
        return this;
    }

    /**
     * This address with more settings.
     *
     * @throws IllegalArgumentException if it has one of them
     */
    BucketAddress with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        more.forEach((name, value) -> {
            if (all.put(name, value) != null) {
                throw new IllegalArgumentException("'" + name + "' is a setting beside it and in the address too");
            }
        });
        return new BucketAddress(kind, bucket, prefix, all).checked();
    }

    /** A setting; empty if it is left to the usual. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    /** This address as text, which {@link #parse} reads. */
    String url() {
        StringBuilder url = new StringBuilder(kind.scheme()).append(bucket);
        if (!prefix.isEmpty()) {
            url.append('/').append(prefix);
        }
        String mark = "?";
        for (String name : kind.settings()) {
            if (settings.containsKey(name)) {
                url.append(mark).append(name).append('=')
                        .append(URLEncoder.encode(settings.get(name), StandardCharsets.UTF_8));
                mark = "&";
            }
        }
        return url.toString();
    }
}
