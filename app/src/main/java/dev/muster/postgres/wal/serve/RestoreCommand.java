// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import java.nio.file.Path;

/**
 * What a recovering server runs for each file of the log. What the exit status means to the server is written in
 * PostgreSQL's xlogarchive.c: 0 delivered; 1 to 125 not available, which ends the recovery where it is; above that, or a
 * signal, the recovery fails.
 *
 * <p>A shell ends with 1 or 2 for reasons of its own, a script that is gone among them. So the script says "absent" with a
 * status that no shell uses, and the command turns every other but 0 into trouble.
 */
public final class RestoreCommand {

    /** There is no such file, for certain. */
    public static final int ABSENT = 1;
    /** Something is wrong: the recovery must not end here as if it were complete. */
    public static final int TROUBLE = 126;

    /** The script's own word for absent. */
    private static final int ABSENT_FOR_CERTAIN = 101;

    private static final String SCRIPT = """
            # Gives PostgreSQL a file of its log out of the repository. Made by Muster for one recovery.
            # Exit status: 0 delivered, 101 absent for certain, anything else trouble: the recovery must stop.
            name=$1
            target=$2
            stage=@STAGE@

            trouble() {
                echo "muster: $1" >&2
                exit 126
            }

            give() {
                [ -f "$stage/ready/$name" ] || return 0
                rm -f "$stage/want/$name"
                mv -f "$stage/ready/$name" "$target" && exit 0
                # What nobody was seen to want can be taken back at this moment.
                [ ! -f "$stage/ready/$name" ] || trouble "cannot move $name to $target"
                want
            }

            want() {
                touch "$stage/want/$name" 2>/dev/null || trouble "nobody serves the log in $stage"
            }

            beat() {
                cat "$stage/alive" 2>/dev/null
            }

            case $name in
                ''|*[!0-9A-Za-z.]*) trouble "not the name of a file of the log: $name" ;;
            esac
            [ -n "$target" ] || trouble "no target for $name"
            # A server wants one file at a time: others were wanted by a server that is no more.
            rm -f "$stage"/want/* "$stage/absent/$name" "$stage/failed/$name"
            give
            want
            last=$(beat)
            waits=0
            while :; do
                give
                if [ -f "$stage/absent/$name" ]; then
                    rm -f "$stage/want/$name" "$stage/absent/$name"
                    exit 101
                fi
                if [ -f "$stage/failed/$name" ]; then
                    cat "$stage/failed/$name" >&2
                    rm -f "$stage/want/$name" "$stage/failed/$name"
                    trouble "$name cannot be had"
                fi
                sleep 0.05 2>/dev/null || sleep 1
                now=$(beat)
                if [ "$now" = "$last" ] && [ -n "$now" ]; then
                    waits=$((waits + 1))
                elif [ -z "$now" ]; then
                    waits=$((waits + 20))
                else
                    waits=0
                    last=$now
                fi
                [ "$waits" -lt @WAITS@ ] || trouble "nobody serves the log in $stage any more"
            done
            """;

    /** How often the script looks until it believes that nobody serves any more: 10 seconds where sleep takes parts of one. */
    private static final int WAITS = 200;

    private RestoreCommand() {}

    /** The script for this stage. */
    static String script(Path stage) {
        return SCRIPT.replace("@STAGE@", quoted(stage.toString())).replace("@WAITS@", Integer.toString(WAITS));
    }

    /** The value of {@code restore_command} that runs this script. */
    static String command(Path script) {
        return "sh " + quoted(script.toString()).replace("%", "%%") + " '%f' '%p'; case $? in 0) exit 0;; "
                + ABSENT_FOR_CERTAIN + ") exit " + ABSENT + ";; esac; exit " + TROUBLE;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
