// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The address of a repository in a bucket: {@code s3://bucket/prefix?region=eu-central-1}. What stands behind the question
 * mark can also be settings of the configuration; there are no secrets in it.
 *
 * @param bucket exists already
 * @param prefix below which the repository lies, without slashes at its ends; may be empty
 * @param settings by their names, each one of {@link #SETTINGS}
 */
public record S3Address(String bucket, String prefix, Map<String, String> settings) {

    /** Every address of this kind begins with it. */
    public static final String SCHEME = "s3://";

    /** The settings there are: docs/configuration.md explains each. */
    public static final List<String> SETTINGS =
            List.of("region", "endpoint", "path-style", "profile", "server-side-encryption",
                    "kms-key", "storage-class", "checksums");

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");
    private static final Pattern PREFIX = Pattern.compile("(?!.*//)[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,399}(?<!/)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}");
    private static final Pattern KMS_KEY = Pattern.compile("[A-Za-z0-9:/_-]{1,2048}");

    /** What must be brought back before it can be read: nobody could restore from it at once. */
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    public S3Address {
        settings = Map.copyOf(settings);
    }

    /** Whether an address is of this kind. */
    public static boolean is(String url) {
        return url.startsWith(SCHEME);
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none, with a sentence that says why
     */
    public static S3Address parse(String url) {
        String rest = url.substring(SCHEME.length());
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String prefix = slash < 0 ? "" : path.substring(slash + 1).replaceFirst("/$", "");
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("'" + bucket + "' is not the name of a bucket: s3://bucket/prefix");
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
        return new S3Address(bucket, prefix, settings).checked();
    }

    private static void read(String setting, Map<String, String> settings) {
        int equals = setting.indexOf('=');
        String name = equals < 0 ? setting : setting.substring(0, equals);
        if (!SETTINGS.contains(name) || equals < 0) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a setting of a bucket; known are " + String.join(", ", SETTINGS));
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
            case "storage-class" -> NAME.matcher(value).matches() && !ARCHIVES.contains(value);
            default -> NAME.matcher(value).matches();
        };
        if (!fits) {
            throw new IllegalArgumentException("'" + value + "' is not possible: " + switch (name) {
                case "endpoint" -> "https://host:port, without a user";
                case "path-style" -> "true or false";
                case "server-side-encryption" -> "bucket, s3 or kms";
                case "kms-key" -> "an id, an alias or an ARN";
                case "checksums" -> "when-required or when-supported";
                case "storage-class" -> "one from which can be read at once, such as STANDARD_IA";
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

    private S3Address checked() {
        if (settings.containsKey("kms-key") && !"kms".equals(settings.get("server-side-encryption"))) {
            throw new IllegalArgumentException("a kms-key is for server-side-encryption=kms");
        }
        return this;
    }

    /**
     * This address with more settings.
     *
     * @throws IllegalArgumentException if it has one of them
     */
    S3Address with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        more.forEach((name, value) -> {
            if (all.put(name, value) != null) {
                throw new IllegalArgumentException("'" + name + "' is a setting beside it and in the address too");
            }
        });
        return new S3Address(bucket, prefix, all).checked();
    }

    /** A setting; empty if it is left to the usual. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    /** This address as text, which {@link #parse} reads. */
    String url() {
        StringBuilder url = new StringBuilder(SCHEME).append(bucket);
        if (!prefix.isEmpty()) {
            url.append('/').append(prefix);
        }
        String mark = "?";
        for (String name : SETTINGS) {
            if (settings.containsKey(name)) {
                url.append(mark).append(name).append('=')
                        .append(URLEncoder.encode(settings.get(name), StandardCharsets.UTF_8));
                mark = "&";
            }
        }
        return url.toString();
    }
}
