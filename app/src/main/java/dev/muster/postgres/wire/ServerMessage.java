// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

/**
 * An error or a notice of the server, by the fields of the manual's "Error and Notice Message Fields". A field that the
 * server left out is empty.
 *
 * @param severity ERROR, FATAL, PANIC, WARNING, NOTICE and so on, never translated
 * @param sqlState five characters that programs decide by
 * @param message one line for people, perhaps translated
 * @param detail more, which may hold data
 * @param hint what to do
 */
public record ServerMessage(String severity, String sqlState, String message, String detail, String hint) {

    private static final int SHOWN_MAX = 2_000;

    /** Reads a message of type E or N. */
    static ServerMessage read(MessageBody body) {
        var fields = new String[128];
        for (var field = body.int8(); field != 0; field = body.int8()) {
            var value = body.string();
            if (field > 0) {
                fields[field] = value;
            }
        }
        body.end();
        return new ServerMessage(field(fields, fields['V'] == null ? 'S' : 'V'), field(fields, 'C'),
                field(fields, 'M'), field(fields, 'D'), field(fields, 'H'));
    }

    private static String field(String[] fields, char name) {
        var value = fields[name];
        return value == null ? "" : value;
    }

    /** Whether the server ends the session after this. */
    boolean endsSession() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /** One line without the detail, which may hold data. */
    @Override
    public String toString() {
        var shown = message.length() <= SHOWN_MAX ? message : message.substring(0, SHOWN_MAX) + "...";
        return severity + " " + sqlState + ": " + shown.replaceAll("\\p{Cntrl}", " ");
    }
}
