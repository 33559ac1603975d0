// SPDX-License-Identifier: Apache-2.0
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Compressor;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.FrameExpectation;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.FrameSealer;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Naming;
import dev.muster.vault.seal.Role;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** MB/s of processor time with which one thread names, compresses, seals and opens blocks of a clinic's tables. */
final class SealSpeed {

    private static final int BLOCK_BYTES = 65_536;
    private static final int BLOCKS = 1024;
    private static final double MEGABYTES = (double) BLOCK_BYTES * BLOCKS / 1e6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final SecureRandom random = new SecureRandom();
    private final KeyChain chain;
    private final byte[] plain = pages();
    private final byte[] frames = new byte[BLOCKS * (BLOCK_BYTES + FrameHeader.BYTES + FrameHeader.TAG_BYTES)];

    private SealSpeed() {
        byte[] opening = key();
        chain = new KeyChain(Uid.random(random), Role.OWNER, 1,
                List.of(new EpochKeys(1, key(), key(), Curves.agreementPublicOf(opening), opening)));
    }

    public static void main(String[] arguments) {
        SealSpeed speed = new SealSpeed();
        int rounds = Integer.parseInt(arguments[0]);
        for (int level : new int[]{1, 3}) {
            double[][] perStep = new double[5][rounds];
            for (int round = -3; round < rounds; round++) {
                double[] seconds = speed.round(level);
                for (int step = 0; step < seconds.length && round >= 0; step++) {
                    perStep[step][round] = MEGABYTES / seconds[step];
                }
            }
            String[] steps = {"name", "compress", "seal", "all three", "open and check"};
            for (int step = 0; step < steps.length; step++) {
                Arrays.sort(perStep[step]);
                System.out.printf("zstd %d  %-15s median %6.0f MB/s, %6.0f to %6.0f%n", level, steps[step],
                        perStep[step][rounds / 2], perStep[step][0], perStep[step][rounds - 1]);
            }
        }
        speed.agreements();
    }

    private double[] round(int level) {
        double[] seconds = new double[5];
        int[] ends = new int[BLOCKS];
        FrameSealer sealer = chain.toOpening(random);
        try (Compressor compressor = new Compressor(level)) {
            for (int block = 0, at = 0; block < BLOCKS; block++) {
                long start = THREADS.getCurrentThreadCpuTime();
                Digest id = chain.names().data(plain, block * BLOCK_BYTES, BLOCK_BYTES);
                long named = THREADS.getCurrentThreadCpuTime();
                Compressed content = compressor.compress(plain, block * BLOCK_BYTES, BLOCK_BYTES);
                long compressed = THREADS.getCurrentThreadCpuTime();
                at += sealer.seal(id, content, frames, at);
                long sealed = THREADS.getCurrentThreadCpuTime();
                ends[block] = at;
                seconds[0] += (named - start) / 1e9;
                seconds[1] += (compressed - named) / 1e9;
                seconds[2] += (sealed - compressed) / 1e9;
                seconds[3] += (sealed - start) / 1e9;
            }
        }
        long start = THREADS.getCurrentThreadCpuTime();
        for (int block = 0; block < BLOCKS; block++) {
            int at = block == 0 ? 0 : ends[block - 1];
            FrameHeader header = FrameHeader.read("x", frames, at, ends[block] - at);
            chain.opener().open(FrameExpectation.of(Naming.data(), header), "x", frames, at);
        }
        seconds[4] = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
        return seconds;
    }

    private void agreements() {
        int count = 2000;
        long start = 0;
        for (int round = 0; round < 3; round++) {
            start = THREADS.getCurrentThreadCpuTime();
            for (int at = 0; at < count; at++) {
                chain.toOpening(random);
            }
        }
        System.out.printf("a new sealer for data: %.0f microseconds%n",
                (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / count);
    }

    /** Pages of rows with UUIDs, times, notes of common words and a little JSON. */
    private static byte[] pages() {
        Random dice = new Random(1);
        String[] words = ("patient reports mild pain after treatment follow up in two weeks blood pressure normal prescribed"
                + " ibuprofen allergy none noted referral to cardiology x-ray clear").split(" ");
        ByteBuffer out = ByteBuffer.allocate(BLOCK_BYTES * BLOCKS).order(ByteOrder.LITTLE_ENDIAN);
        int row = 0;
        long time = 700_000_000_000_000L;
        while (out.hasRemaining()) {
            int end = out.position() + 8192;
            out.putLong(0x123456789L + end).putLong(0x0190_0018_0000_0000L).putInt(0x20042000).putInt(0);
            while (out.position() < end - 330) {
                out.putInt(1000 + row / 50).putLong(0).putInt(0).putShort((short) row).putShort((short) 7);
                out.putShort((short) 0x902).put((byte) 24).putInt(row++).putLong(dice.nextLong()).putLong(dice.nextLong());
                time += dice.nextInt(100_000_000);
                StringBuilder note = new StringBuilder();
                for (int word = 5 + dice.nextInt(15); word > 0; word--) {
                    note.append(words[dice.nextInt(words.length)]).append(' ');
                }
                note.append("{\"pulse\": ").append(50 + dice.nextInt(60)).append(", \"temp\": 36.").append(dice.nextInt(10));
                byte[] text = note.append('}').toString().getBytes(StandardCharsets.US_ASCII);
                out.putLong(time).put(text, 0, Math.min(text.length, 200));
            }
            out.position(end);
        }
        return out.array();
    }

    private byte[] key() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return key;
    }
}
