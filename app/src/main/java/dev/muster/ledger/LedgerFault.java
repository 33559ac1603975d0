// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** What can go wrong with the entries of this process. */
public abstract sealed class LedgerFault extends Fault {

    private static final long serialVersionUID = 1;

    private LedgerFault(Notice notice) {
        super(notice);
    }

    /** What may be done only once the ledger says so was not begun. */
    public static final class NotEntered extends LedgerFault {
        private static final long serialVersionUID = 1;

        /** @param action what was to be done */
        public NotEntered(String action, Throwable cause) {
            super(Notice.of("ledger.not-entered",
                    "Nothing was done: it could not be entered in the ledger first", action,
                    "Give this host the permission to put objects under ledger/, and see what the store says: "
                            + cause.getMessage())
                    .because(cause));
        }
    }
}
