// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A call that may not be written.
 *
 * @param call matched against the call as written, without packages: {@code System.nanoTime}, {@code new Random()}
 * @param instead what to write
 * @param allowed sources that may, as the beginnings of their names
 */
record Ban(Pattern call, String instead, List<String> allowed) {

    private static final List<String> NOWHERE = List.of();

    /** The entry points read what is ambient and hand it on. */
    private static final List<String> ENTRY_POINTS = List.of("dev/muster/Main.java", "dev/muster/Wiring.java",
            "dev/muster/vault/rescue/Main.java", "dev/muster/bench/Main.java");

    private static final List<String> WORK = List.of("dev/muster/work/", "dev/muster/Main.java",
            "dev/muster/Wiring.java");

    private static final String DATES =
            "(Instant|LocalDate|LocalTime|LocalDateTime|ZonedDateTime|OffsetDateTime|Year|YearMonth)";

    /** What main sources may not call. */
    static final List<Ban> IN_MAIN = List.of(
            ban("System\\.currentTimeMillis", "take an InstantSource", ENTRY_POINTS),
            ban("System\\.nanoTime", "take a LongSupplier named nanoTime", ENTRY_POINTS),
            ban(DATES + "\\.now", "take an InstantSource and ask it", ENTRY_POINTS),
            ban("(Clock|InstantSource)\\.(system.*|tick.*)", "take an InstantSource", ENTRY_POINTS),
            ban("new Date\\(\\)", "take an InstantSource", ENTRY_POINTS),
            ban("System\\.getenv", "take a Map<String, String> named environment", ENTRY_POINTS),
            ban("System\\.(getProperty|getProperties|setProperty)", "take the value as a parameter", ENTRY_POINTS),
            ban("(Integer\\.getInteger|Long\\.getLong|Boolean\\.getBoolean)", "take the value", ENTRY_POINTS),
            ban("(ZoneId\\.systemDefault|TimeZone\\.getDefault|Locale\\.getDefault)", "take the value", ENTRY_POINTS),
            ban("new (Random|SecureRandom)\\(.*\\)", "take a RandomGenerator or a SecureRandom", ENTRY_POINTS),
            ban("SecureRandom\\.getInstance.*", "take a SecureRandom", ENTRY_POINTS),
            ban("(Math\\.random|UUID\\.randomUUID)", "take a RandomGenerator or a SecureRandom", ENTRY_POINTS),
            ban("(ThreadLocalRandom|RandomGenerator)\\..*", "take a RandomGenerator", ENTRY_POINTS),
            ban("System\\.(out|err|in)", "return the result, or take a PrintWriter", ENTRY_POINTS),
            ban("(System|Runtime)\\.(exit|halt)", "throw a Fault: its kind decides the exit status", ENTRY_POINTS),
            ban(".*\\.printStackTrace", "throw it on", List.of("dev/muster/cli/Complaint.java")),
            ban("(Thread|[A-Z]*SECONDS|MINUTES|HOURS|DAYS)\\.sleep", "use dev.muster.work.Wait or take a Pause",
                    NOWHERE),
            ban("LockSupport\\.park.*", "use dev.muster.work.Wait or take a Pause", WORK),
            ban("(Executors\\..*|new (ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool|Timer)\\(.*\\))",
                    "use dev.muster.work.Scope", NOWHERE),
            ban("(Thread\\.(ofVirtual|ofPlatform|startVirtualThread)|new Thread\\(.*\\))",
                    "use dev.muster.work.Scope", WORK),
            ban("CompletableFuture\\..*Async", "use dev.muster.work.Scope", NOWHERE));

    /** What test sources may not call. */
    static final List<Ban> IN_TESTS = List.of(
            ban("(Thread|[A-Z]*SECONDS|MINUTES|HOURS|DAYS)\\.sleep", "wait for the condition with dev.muster.work.Wait",
                    NOWHERE),
            ban("(new Random\\(\\)|Math\\.random|ThreadLocalRandom\\..*|RandomGenerator\\.getDefault)",
                    "seed it, and print the seed when the test fails", NOWHERE),
            ban(".*\\.printStackTrace", "let the test throw it", NOWHERE));

    boolean allows(SourceFile source) {
        return allowed.stream().anyMatch(source.name()::startsWith);
    }

    private static Ban ban(String call, String instead, List<String> allowed) {
        return new Ban(Pattern.compile(call), instead, allowed);
    }
}
