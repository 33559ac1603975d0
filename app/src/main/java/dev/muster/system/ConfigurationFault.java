// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.util.List;
import java.util.stream.Collectors;

/** What can be wrong before anything is attempted. */
public abstract sealed class ConfigurationFault extends Fault {

    private static final long serialVersionUID = 1;

    private ConfigurationFault(Notice notice) {
        super(notice);
    }

    /** The configuration has problems; all of them are in the message. */
    public static final class Invalid extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        private final transient List<Problem> problems;

        public Invalid(String source, List<Problem> problems) {
            super(Notice.of("config.invalid",
                    problems.size() == 1
                            ? "The configuration has a problem"
                            : "The configuration has " + problems.size() + " problems",
                    source + problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining()),
                    "Mend the lines named above; docs/configuration.md lists every setting.").usage());
            this.problems = List.copyOf(problems);
        }

        public List<Problem> problems() {
            return problems;
        }
    }

    /** There is no configuration where it was looked for. */
    public static final class Absent extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        public Absent(String path) {
            super(Notice.of("config.absent", "There is no configuration", path,
                    "Run 'muster init' to make one, or name another with --config FILE or MUSTER_CONFIG.").usage());
        }
    }

    /** No protected system has this name. */
    public static final class UnknownSystem extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        public UnknownSystem(String name, List<String> known) {
            super(Notice.of("config.unknown-system", "The configuration has no system of this name", name,
                    "It has: " + String.join(", ", known) + ".").usage());
        }
    }

    /** A key or passphrase could not be had from where the configuration says. */
    public static final class Secret extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        public Secret(String why, String place) {
            super(Notice.of("config.secret", why, place,
                    "A key file holds 64 hex digits, belongs to you and has mode 0600: chmod 600 FILE.").usage());
        }
    }

    /** What shall open a repository from now on follows a pattern: whoever guesses keys begins with such ones. */
    public static final class WeakKey extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        public WeakKey(String pattern, String place) {
            super(Notice.of("config.weak-key", "This key was not chosen by chance: " + pattern, place,
                    "Name a file that does not exist, and Muster makes a key there; or 'openssl rand -hex 32'.")
                    .usage());
        }
    }

    /** The configuration cannot be put where it was asked for. */
    public static final class Taken extends ConfigurationFault {
        private static final long serialVersionUID = 1;

        public Taken(String why, String path) {
            super(Notice.of("config.taken", why, path,
                    "Add the system to that file by hand, or name another file with --config FILE.").usage());
        }
    }
}
