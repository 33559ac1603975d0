// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.disk.KernelPath;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.system.StreamPolicy.Durability;
import dev.muster.system.StreamPolicy.Outage;
import dev.muster.system.YamlSection.ReadingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code muster.yaml} and the environment; reports all problems together. */
public final class ConfigurationReader {

    static final Duration RPO_DEFAULT = Duration.ofMinutes(1);
    static final Duration RTO_DEFAULT = Duration.ofHours(1);
    static final Duration CADENCE_DEFAULT = Duration.ofSeconds(1);
    static final long SPOOL_BYTES_MAX_DEFAULT = 10L << 30;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,58}");

    private final Map<String, String> environment;
    private final Path home;

    /** @param home the user's home directory, below which state is kept unless the file says otherwise */
    public ConfigurationReader(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * The configuration in this file.
     *
     * @throws ConfigurationFault.Absent if there is no such file
     * @throws ConfigurationFault.Invalid if it has problems, with all of them
     */
    public Configuration read(Path file) {
        return read(file, textOf(file));
    }

    /** Where this host keeps what it can lose, unless a configuration says otherwise. */
    public static Path stateDirectory(Path home) {
        return home.resolve(".local/state/muster");
    }

    /** What a file with this text would say. */
    Configuration read(Path file, String text) {
        ReadingContext context = ReadingContext.of(environment);
        Optional<Node> root = compose(file, text);
        if (root.isEmpty()) {
            throw new ConfigurationFault.Invalid(file.toString(), List.of(new Problem(0, "", "the file is empty")));
        }
        Configuration configuration = configuration(file, new YamlSection("", root.get(), 1, context));
        if (!context.problems().isEmpty()) {
            throw new ConfigurationFault.Invalid(file.toString(), context.problems());
        }
        return configuration;
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationFault.Absent(file.toString());
        } catch (IOException e) {
            throw new ConfigurationFault.Invalid(file.toString(),
                    List.of(new Problem(0, "", "the file cannot be read: " + e.getMessage())));
        }
    }

    private static Optional<Node> compose(Path file, String text) {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).setLabel(file.toString()).build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new ConfigurationFault.Invalid(file.toString(),
                    List.of(new Problem(line, "", "not YAML: " + e.getProblem())));
        } catch (YamlEngineException e) {
            throw new ConfigurationFault.Invalid(file.toString(), List.of(new Problem(0, "", "not YAML")));
        }
    }

    private Configuration configuration(Path file, YamlSection root) {
        Path base = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        Path state = root.value("state", path(base)).orElse(stateDirectory(home));
        Optional<RepositoryAddress> shared = root.has("repository") ? repository(root, base) : Optional.empty();
        Defaults defaults = new Defaults(base, state, root.has("repository"), shared);
        YamlSection section = root.section("systems");
        if (section.keys().isEmpty()) {
            root.problem("systems", "name at least one system to protect");
        }
        List<ProtectedSystem> systems = new ArrayList<>();
        for (String name : section.keys()) {
            if (!NAME.matcher(name).matches()) {
                section.problem(name, "a system's name is of lower-case letters, digits and dashes");
            }
            YamlSection system = section.section(name);
            read(name, system, defaults).ifPresent(systems::add);
            system.end();
        }
        section.end();
        root.end();
        return new Configuration(file, state, List.copyOf(systems));
    }

    private record Defaults(Path base, Path state, boolean repositoryIsSet, Optional<RepositoryAddress> repository) {}

    private Optional<ProtectedSystem> read(String name, YamlSection system, Defaults defaults) {
        Optional<String> postgres = system.text("postgres").or(() -> Optional.ofNullable(environment
                .get("DATABASE_URL")));
        if (postgres.isEmpty()) {
            system.problem("postgres", "say where the database is: postgresql://user@host/dbname, or set DATABASE_URL");
        }
        boolean isOwn = system.has("repository")
                || (!defaults.repositoryIsSet() && StoreAddress.isInEnvironment(environment));
        Optional<RepositoryAddress> repository = isOwn
                ? repository(system, defaults.base())
                : defaults.repository();
        if (!isOwn && !defaults.repositoryIsSet()) {
            system.problem("repository", "say where backups go: repository: { url: file:///path, key-file: FILE }");
        }
        Objective objective = objective(system.section("objectives"));
        StreamPolicy stream = stream(name, system.section("stream"), defaults);
        Optional<RetentionPolicy> retention = RetentionReader.read(system, environment);
        return postgres.flatMap(url -> repository.map(address -> new ProtectedSystem(name, new ConnectionText(url),
                address, objective, stream, retention)));
    }

    private Optional<RepositoryAddress> repository(YamlSection parent, Path base) {
        YamlSection section = parent.section("repository");
        Optional<String> url = StoreAddress.read(section, environment);
        Optional<Path> keyFile = section.value("key-file", path(base));
        Optional<Path> passphraseFile = section.value("passphrase-file", path(base));
        Optional<String> variable = section.text("key-variable");
        if (keyFile.isEmpty() && passphraseFile.isEmpty() && variable.isEmpty()
                && environment.containsKey("BACKUP_ENCRYPTION_KEY")) {
            variable = Optional.of("BACKUP_ENCRYPTION_KEY");
        }
        int sources = (keyFile.isPresent() ? 1 : 0) + (passphraseFile.isPresent() ? 1 : 0)
                + (variable.isPresent() ? 1 : 0);
        if (sources != 1) {
            section.problem("key-file", "name exactly one of key-file, passphrase-file and key-variable");
        }
        List<RepositoryCopy> copies = copies(section.section("copies"));
        section.end();
        Optional<String> key = variable;
        return url.map(address -> new RepositoryAddress(address, keyFile, passphraseFile, key, copies));
    }

    private static List<RepositoryCopy> copies(YamlSection section) {
        List<RepositoryCopy> copies = new ArrayList<>();
        for (String name : section.keys()) {
            if (!NAME.matcher(name).matches()) {
                section.problem(name, "the name of a copy is of lower-case letters, digits and dashes");
            }
            YamlSection copy = section.section(name);
            if (copy.has("url")) {
                StoreAddress.read(copy, Map.of()).ifPresent(url -> copies.add(new RepositoryCopy(name, url)));
            } else {
                copy.problem("url", "say where this copy is, such as file:///mnt/elsewhere/clinic");
            }
            copy.end();
        }
        section.end();
        return copies;
    }

    private static Objective objective(YamlSection section) {
        Duration rpo = section.value("rpo", Quantity::duration).orElse(RPO_DEFAULT);
        Duration rto = section.value("rto", Quantity::duration).orElse(RTO_DEFAULT);
        if (rto.isZero()) {
            section.problem("rto", "no recovery takes no time");
            rto = RTO_DEFAULT;
        }
        Optional<Duration> rotation = section.value("rotate-keys", Quantity::duration);
        section.end();
        return new Objective(rpo, rto, rotation);
    }

    private static StreamPolicy stream(String system, YamlSection section, Defaults defaults) {
        String slot = section.value("slot", text -> matching(SLOT, text,
                "a slot's name is of at most 58 lower-case letters, digits and underscores"))
                .orElse(SlotNames.of(system).stream().text());
        Path spool = section.value("spool", path(defaults.base())).orElse(defaults.state().resolve("spool")
                .resolve(system));
        long spoolBytesMax = section.value("spool-max", Quantity::bytes).orElse(SPOOL_BYTES_MAX_DEFAULT);
        Duration cadence = section.value("cadence", Quantity::duration).orElse(CADENCE_DEFAULT);
        boolean synchronous = section.value("synchronous", ConfigurationReader::yesOrNo).orElse(false);
        Durability durability = section.value("durability", choice(Durability.values())).orElse(Durability.REPOSITORY);
        Outage onOutage = section.value("on-outage", choice(Outage.values())).orElse(Outage.BLOCK);
        section.end();
        return new StreamPolicy(slot, spool, spoolBytesMax, cadence, synchronous, durability, onOutage);
    }

    private static String matching(Pattern pattern, String text, String otherwise) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(otherwise);
        }
        return text;
    }

    private static boolean yesOrNo(String text) {
        return switch (text) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static Function<String, Path> path(Path base) {
        return text -> KernelPath.absolute(base.resolve(text));
    }

    private static <E extends Enum<E>> Function<String, E> choice(E[] values) {
        return text -> {
            for (E value : values) {
                if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return value;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", List.of(values)
                    .stream().map(value -> value.name().toLowerCase(Locale.ROOT)).toList()));
        };
    }
}
