// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** What goes wrong when a PostgreSQL server is found, created, started, watched or stopped. */
public abstract sealed class ServerFault extends Fault {

    private static final long serialVersionUID = 1;

    private ServerFault(Notice notice) {
        super(notice);
    }

    /** No installation of a wanted version. */
    public static final class NotInstalled extends ServerFault {

        private static final long serialVersionUID = 1;

        NotInstalled(String wanted, String lookedAt) {
            super(Notice.of("server.not-installed", "There is no " + wanted + " on this machine",
                    "looked at: " + lookedAt,
                    "Install it (Debian and Ubuntu: apt install postgresql-N, Fedora and RHEL: dnf install"
                            + " postgresqlN-server, macOS: brew install postgresql@N, where N is the major version),"
                            + " or put the directory that holds its programs into PATH."));
        }
    }

    /** A directory that is no usable installation. */
    public static final class InstallationUnusable extends ServerFault {

        private static final long serialVersionUID = 1;

        InstallationUnusable(Path directory, String why) {
            super(Notice.of("server.installation-unusable", "PostgreSQL cannot be run from a directory",
                    directory + " (" + why + ")",
                    "Name a directory that holds 'postgres' and 'initdb' for this platform. If it was unpacked by"
                            + " Muster, its file system may be mounted noexec: choose another cache directory."));
        }
    }

    /** A program that an installation lacks. */
    public static final class ProgramMissing extends ServerFault {

        private static final long serialVersionUID = 1;

        ProgramMissing(String program, Path directory) {
            super(Notice.of("server.program-missing", "A program of PostgreSQL is missing",
                    program + " in " + directory, "Install the package that holds it, or name another installation."));
        }
    }

    /** A program of the operating system that does not start. */
    public static final class ProgramUnusable extends ServerFault {

        private static final long serialVersionUID = 1;

        ProgramUnusable(String program, IOException cause) {
            super(Notice.of("server.program-unusable", "A program could not be started", program,
                    "See that it is installed and that this user may run it.").because(cause));
        }
    }

    /** A short program that ran too long and was killed. */
    public static final class CommandTooSlow extends ServerFault {

        private static final long serialVersionUID = 1;

        CommandTooSlow(String program, Duration atMost) {
            super(Notice.of("server.command-slow", "A program did not end within " + atMost.toSeconds() + " s", program,
                    "See what the machine is busy with, then try again.").worthRetrying());
        }
    }

    /** Packed binaries that are not what was packed. */
    public static final class ArchiveDamaged extends ServerFault {

        private static final long serialVersionUID = 1;

        ArchiveDamaged(String archive, IOException cause) {
            super(Notice.of("server.archive-damaged", "PostgreSQL's packed binaries cannot be unpacked", archive,
                    "Install Muster again. Nothing was left in the cache.").damage().because(cause));
        }
    }

    /** No place to unpack binaries to. */
    public static final class CacheUnusable extends ServerFault {

        private static final long serialVersionUID = 1;

        CacheUnusable(String refusals) {
            super(Notice.of("server.cache-unusable", "There is no place to unpack PostgreSQL into", refusals,
                    "Make one of these directories belong to the user that runs Muster, writable for nobody else, on a"
                            + " path that the server's user can enter."));
        }
    }

    /** A user that the machine does not know. */
    public static final class AccountUnknown extends ServerFault {

        private static final long serialVersionUID = 1;

        AccountUnknown(String name) {
            super(Notice.of("server.account-unknown", "This machine has no such user to run PostgreSQL as", name,
                    "Name an existing unprivileged user with --as.").usage());
        }
    }

    /** A wish to run PostgreSQL as root. */
    public static final class AccountIsRoot extends ServerFault {

        private static final long serialVersionUID = 1;

        AccountIsRoot(String name) {
            super(Notice.of("server.account-root", "PostgreSQL does not run as root", name,
                    "Name an unprivileged user with --as.").usage());
        }
    }

    /** A wish to run PostgreSQL as another user without being root. */
    public static final class AccountForbidden extends ServerFault {

        private static final long serialVersionUID = 1;

        AccountForbidden(String name) {
            super(Notice.of("server.account-forbidden", "Only root can run PostgreSQL as another user", name,
                    "Leave --as away, or run Muster as that user or as root.").usage());
        }
    }

    /** No program that becomes another user works here. */
    public static final class AccountOutOfReach extends ServerFault {

        private static final long serialVersionUID = 1;

        AccountOutOfReach(String name) {
            super(Notice.of("server.account-out-of-reach", "We are root but cannot run a program as this user", name,
                    "Install setpriv (package util-linux), allow this container to change users, or run Muster as that"
                            + " user."));
        }
    }

    /** A directory that the server's user cannot get to. */
    public static final class DirectoryClosed extends ServerFault {

        private static final long serialVersionUID = 1;

        DirectoryClosed(Path directory, Path closed, String account) {
            super(Notice.of("server.directory-closed", "User " + account + " cannot enter a directory of the server",
                    directory + " (stopped at " + closed + ")",
                    "Choose a directory that this user can enter, or let it enter this one: chmod o+x " + closed
                            + "."));
        }
    }

    /** A file operation that failed. */
    public static final class FileFailed extends ServerFault {

        private static final long serialVersionUID = 1;

        FileFailed(String doing, Path file, IOException cause) {
            super(Notice.of("server.file-failed", "Could not " + doing + " a file of the server", file + " (" + cause
                    + ")", "See that it exists, that its disk has room, and that this user may do it.")
                    .because(cause));
        }
    }

    /** A directory for a new cluster that holds something. */
    public static final class DirectoryTaken extends ServerFault {

        private static final long serialVersionUID = 1;

        DirectoryTaken(Path directory) {
            super(Notice.of("server.directory-taken", "A new cluster needs an empty directory", directory.toString(),
                    "Name a directory that is empty or does not exist.").usage());
        }
    }

    /** initdb failed. */
    public static final class InitdbFailed extends ServerFault {

        private static final long serialVersionUID = 1;

        InitdbFailed(Path directory, String complaint) {
            super(Notice.of("server.initdb-failed", "initdb could not make a cluster", directory + " (" + complaint
                    + ")", "Do what initdb asks for, empty the directory, then try again."));
        }
    }

    /** A directory that holds no cluster. */
    public static final class NotACluster extends ServerFault {

        private static final long serialVersionUID = 1;

        NotACluster(Path directory, String why) {
            super(Notice.of("server.not-a-cluster", "This is no data directory of PostgreSQL",
                    directory + " (" + why + ")", "Name the directory that holds PG_VERSION.").usage());
        }
    }

    /** Binaries of another major version than the data. */
    public static final class VersionMismatch extends ServerFault {

        private static final long serialVersionUID = 1;

        VersionMismatch(Path directory, int major, String installed) {
            super(Notice.of("server.version-mismatch",
                    "A data directory of PostgreSQL " + major + " cannot be opened by PostgreSQL " + installed,
                    directory.toString(), "Use an installation of PostgreSQL " + major + ".").usage());
        }
    }

    /** A cluster whose configuration is elsewhere. */
    public static final class ConfigurationMissing extends ServerFault {

        private static final long serialVersionUID = 1;

        ConfigurationMissing(Path directory) {
            super(Notice.of("server.configuration-missing", "A data directory has no postgresql.conf",
                    directory.toString(),
                    "On Debian it lies under /etc/postgresql: copy it in, or restore it with the data."));
        }
    }

    /** A configuration that the server does not accept. */
    public static final class ConfigurationRefused extends ServerFault {

        private static final long serialVersionUID = 1;

        ConfigurationRefused(Path directory, String complaint) {
            super(Notice.of("server.configuration-refused", "PostgreSQL refuses its configuration",
                    directory + " (" + complaint + ")",
                    "Correct the file that it names. If it does not know a value, this installation was built without"
                            + " a feature that the data needs: use one like the original's."));
        }
    }

    /** Data that belongs to another user. */
    public static final class DataOwnedByAnother extends ServerFault {

        private static final long serialVersionUID = 1;

        DataOwnedByAnother(Path directory, int owner, String account) {
            super(Notice.of("server.data-owner",
                    "The data directory belongs to user number " + owner + " and not to " + account,
                    directory.toString(),
                    "Run the server as its owner with --as, or give it the directory: chown -R."));
        }
    }

    /** A data directory that is in use. */
    public static final class AlreadyRunning extends ServerFault {

        private static final long serialVersionUID = 1;

        AlreadyRunning(Path directory, String complaint) {
            super(Notice.of("server.already-running", "A server runs on this data directory already",
                    directory + " (" + complaint + ")", "Stop that server first, or connect to it."));
        }
    }

    /** A port that somebody else has. */
    public static final class PortTaken extends ServerFault {

        private static final long serialVersionUID = 1;

        PortTaken(String subject, String complaint) {
            super(Notice.of("server.port-taken", "The server's port is in use", subject + " (" + complaint + ")",
                    "Name another port, or stop what listens on this one.").worthRetrying());
        }
    }

    /** A server that ended before it had its sockets. */
    public static final class StartFailed extends ServerFault {

        private static final long serialVersionUID = 1;

        StartFailed(Path directory, int exitStatus, String complaint) {
            super(Notice.of("server.start-failed", "PostgreSQL did not start (exit status " + exitStatus + ")",
                    directory + " (" + complaint + ")", "Correct what it complains of, then try again."));
        }
    }

    /** A server that takes longer than it was given. */
    public static final class NotReady extends ServerFault {

        private static final long serialVersionUID = 1;

        NotReady(Path directory, Duration atMost, String complaint) {
            super(Notice.of("server.not-ready", "PostgreSQL was not ready within " + atMost.toSeconds() + " s",
                    directory + " (" + complaint + ")", "See its log; a recovery may need more time.").worthRetrying());
        }
    }

    /** A server that ended while it was waited for. */
    public static final class Ended extends ServerFault {

        private static final long serialVersionUID = 1;

        Ended(Path directory, OptionalInt exitStatus, String complaint) {
            super(Notice.of("server.ended", exitStatus.isPresent()
                    ? "PostgreSQL ended with exit status " + exitStatus.getAsInt()
                    : "PostgreSQL ended", directory + " (" + complaint + ")",
                    "Correct what it complains of, then start it again."));
        }
    }

    /** A server that does not stop. */
    public static final class StopTooSlow extends ServerFault {

        private static final long serialVersionUID = 1;

        StopTooSlow(Path directory, StopMode mode, Duration atMost) {
            super(Notice.of("server.stop-slow", "PostgreSQL did not stop within " + atMost.toSeconds() + " s",
                    directory + " (" + mode + ")", "See who is connected, or stop it in a harder mode.")
                    .worthRetrying());
        }
    }

    /** A signal that could not be sent. */
    public static final class SignalFailed extends ServerFault {

        private static final long serialVersionUID = 1;

        SignalFailed(Path directory, long pid, String complaint) {
            super(Notice.of("server.signal-failed", "A server could not be signalled",
                    directory + ", process " + pid + " (" + complaint + ")",
                    "Run this as the user that owns the data directory, or as root."));
        }
    }

    /** Processes that survive SIGKILL. */
    public static final class KillFailed extends ServerFault {

        private static final long serialVersionUID = 1;

        KillFailed(Path directory, List<Long> pids) {
            super(Notice.of("server.kill-failed", "Processes of a server survive SIGKILL",
                    directory + ", processes " + pids,
                    "They wait for a disk or a mount that does not answer: see to that, or restart the machine."));
        }
    }

    /** A machine that does not let us take the network away. */
    public static final class NetworkStays extends ServerFault {

        private static final long serialVersionUID = 1;

        NetworkStays(String account) {
            super(Notice.of("server.network-stays", "This machine does not let us start a server without a network",
                    "user " + account,
                    "Run Muster as root, install unshare (package util-linux), or allow user namespaces."));
        }
    }
}
