// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** What can go wrong with a repository, beyond what its store reports. */
public abstract sealed class VaultFault extends Fault {

    private static final long serialVersionUID = 1;

    private VaultFault(Notice notice) {
        super(notice);
    }

    /** Stored bytes are not what was written. */
    public static final class Damage extends VaultFault {
        private static final long serialVersionUID = 1;

        public Damage(String how, String subject) {
            super(Notice.of("vault.damage", "Damaged: " + how, subject,
                    "Run 'muster repo check' to learn what it touches; a copy of the repository may still have it.")
                    .damage());
        }
    }

    /** Something that must be there is not. */
    public static final class Missing extends VaultFault {
        private static final long serialVersionUID = 1;

        public Missing(String what, String subject) {
            super(Notice.of("vault.missing", "Missing: " + what, subject,
                    "Run 'muster repo check' to learn what it touches; a copy of the repository may still have it.")
                    .damage());
        }
    }

    /** It opens and is whole, but comes from one whose word on it does not count. */
    public static final class Untrusted extends VaultFault {
        private static final long serialVersionUID = 1;

        private final boolean late;

        public Untrusted(String why, String subject) {
            this(why, subject, false);
        }

        /** By a slot that had been removed when it was stored. */
        public static Untrusted late(String subject) {
            return new Untrusted("its slot was retired before", subject, true);
        }

        /** Whether its only fault is that its slot had been removed when it was stored. */
        public boolean isLate() {
            return late;
        }

        private Untrusted(String why, String subject, boolean late) {
            super(Notice.of("vault.untrusted", "Not trusted: " + why, subject,
                    "It is ignored. Find out who wrote it: see 'muster repo keys list' and the store's access log.")
                    .damage());
            this.late = late;
        }
    }

    /** Written by a newer program. */
    public static final class Unsupported extends VaultFault {
        private static final long serialVersionUID = 1;

        public Unsupported(String what, String subject) {
            super(Notice.of("vault.unsupported", "This release does not know " + what, subject,
                    "Use the release of Muster that wrote this repository, or a newer one.").usage());
        }
    }

    /** No slot of the repository opens with the key given. */
    public static final class WrongKey extends VaultFault {
        private static final long serialVersionUID = 1;

        public WrongKey(String repository) {
            this("The key opens no slot of this repository", repository);
        }

        private WrongKey(String what, String subject) {
            super(Notice.of("vault.wrong-key", what, subject,
                    "Check which key file or passphrase belongs to it; 'muster repo keys list' shows the slots.")
                    .usage());
        }

        /** The key opens a slot that is not on the charter any more, or was never put on it. */
        public static WrongKey notInForce(String slot) {
            return new WrongKey("The key's slot was removed, or its addition was never completed", slot);
        }
    }

    /** Nothing at this place is a repository. */
    public static final class NoRepository extends VaultFault {
        private static final long serialVersionUID = 1;

        public NoRepository(String place) {
            super(Notice.of("vault.no-repository", "There is no repository here", place,
                    "Check the address, or make a repository with 'muster init'.").usage());
        }
    }

    /** The store shows an older state of the repository than this host has seen. */
    public static final class RolledBack extends VaultFault {
        private static final long serialVersionUID = 1;

        public RolledBack(String what, String place) {
            super(Notice.of("vault.rolled-back", "The repository is older than it was before: " + what, place,
                    "Somebody put an older copy in its place, or removed objects. Look at the store's versions and its "
                            + "access log before you rely on it.")
                    .damage());
        }
    }

    /** The role of the key does not allow the operation. */
    public static final class NotGranted extends VaultFault {
        private static final long serialVersionUID = 1;

        public NotGranted(String what, String role) {
            this("The key's role does not allow to " + what, role,
                    "Use a key whose role allows it; 'muster repo keys list' shows the slots and their roles.");
        }

        private NotGranted(String what, String role, String remedy) {
            super(Notice.of("vault.not-granted", what, role, remedy).usage());
        }

        /** A slot without all of its grants writes nothing: it would fall back to older keys. */
        public static NotGranted incomplete(int granted, int epochs, String role) {
            return new NotGranted("The key's slot has the grants of " + granted + " of " + epochs + " epochs", role,
                    "Run 'muster repo keys mend' with an owner's key; until then it can only read.");
        }
    }

    /** Nothing under this name. */
    public static final class Unknown extends VaultFault {
        private static final long serialVersionUID = 1;

        public Unknown(String what, String subject) {
            super(Notice.of("vault.unknown", "There is no such " + what, subject,
                    "Run 'muster points' to see what the repository holds.").usage());
        }
    }

    /** The place is taken, or what was asked for would harm the repository. */
    public static final class Refused extends VaultFault {
        private static final long serialVersionUID = 1;

        public Refused(String why, String subject, String remedy) {
            super(Notice.of("vault.refused", why, subject, remedy).usage());
        }
    }

    /** It changed again and again while it was listed, so that no state of it was seen that is whole. */
    public static final class Restless extends VaultFault {
        private static final long serialVersionUID = 1;

        public Restless(String place) {
            super(Notice.of("vault.restless", "The repository changes faster than it can be listed", place,
                    "Try again when fewer backups, removals or changes of keys are under way.").worthRetrying());
        }
    }

    /** Something cannot be read or judged of which gc must know whether it needs anything: nothing was deleted. */
    public static final class Uncollectable extends VaultFault {
        private static final long serialVersionUID = 1;

        public Uncollectable(String why, String subject) {
            super(Notice.of("vault.uncollectable", "Nothing was deleted, since not everything can be judged: " + why,
                    subject,
                    "Run 'muster repo check'. What a newer release wrote takes that release; what is not of Muster has to "
                            + "be taken out of the store."));
        }
    }

    /** The snapshot could not be committed; what was uploaded stays and is adopted by the next run. */
    public static final class NotCommitted extends VaultFault {
        private static final long serialVersionUID = 1;

        public NotCommitted(String why, String subject) {
            super(Notice.of("vault.not-committed", "The snapshot was not committed: " + why, subject,
                    "Run it again: what it uploaded is in the repository and will be used.").worthRetrying());
        }
    }

    /** What this machine remembers of the repository cannot be read or written. */
    public static final class StateUnusable extends VaultFault {
        private static final long serialVersionUID = 1;

        public StateUnusable(String what, String path, Throwable cause) {
            super(Notice.of("vault.state-unusable", "The state directory cannot be used: " + what, path,
                    "Give it room, and the user that Muster runs as the right to write there. A damaged file in it may be "
                            + "removed: the repository is the truth.")
                    .because(cause));
        }
    }
}
