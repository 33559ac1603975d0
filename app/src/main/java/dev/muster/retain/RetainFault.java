// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** Why retention was not carried out. */
public abstract sealed class RetainFault extends Fault {

    private static final long serialVersionUID = 1;

    private RetainFault(Notice notice) {
        super(notice);
    }

    /** What would be done now is not what was shown. */
    public static final class Changed extends RetainFault {
        private static final long serialVersionUID = 1;

        public Changed(String system, String shown, String now) {
            super(Notice.of("retain.changed",
                    "The plan is not the same any more: it was " + shown + ", now it is " + now,
                    system,
                    "Nothing was changed. Snapshots came or went, or the policy is another one: look at the plan again "
                            + "with 'muster retain " + system + " --plan'.")
                    .worthRetrying());
        }
    }

    /** More than half of the snapshots would go. */
    public static final class Most extends RetainFault {
        private static final long serialVersionUID = 1;

        public Most(String system, int expiring, int all) {
            super(Notice.of("retain.most", expiring + " of " + all + " snapshots would expire, more than half", system,
                    "Nothing was changed. Look at the plan; if that is meant, say so: --remove-most.").usage());
        }
    }

    /** There was a pause in the backups, or a clock jumped. */
    public static final class Paused extends RetainFault {
        private static final long serialVersionUID = 1;

        public Paused(String system, Pause pause) {
            super(Notice.of("retain.paused",
                    "No backup was committed from " + pause.from() + " to " + pause.to()
                            + ", or a clock has jumped: all that is older looks old at once",
                    system,
                    "Nothing was changed. Look at the plan and at the clocks of host, store and server; if that is meant, "
                            + "say so: --after-pause. After " + (Pause.COMMITS_LOOKED_AT - 1)
                            + " more backups it is taken for known.")
                    .usage());
        }
    }

    /** This is not the repository itself. */
    public static final class Copy extends RetainFault {
        private static final long serialVersionUID = 1;

        public Copy(String place) {
            super(Notice.of("retain.copy", "This store does not say when it took each object, or lists what it likes",
                    place, "It is a copy: run it at the repository itself.").usage());
        }
    }

    /** A hold that was asked for does not hold. */
    public static final class NotHeld extends RetainFault {
        private static final long serialVersionUID = 1;

        public NotHeld(String snapshot) {
            super(Notice.of("retain.not-held", "The snapshot was removed at the same moment, and a removal is final",
                    snapshot, "Hold another one: 'muster points' shows what there is."));
        }
    }
}
