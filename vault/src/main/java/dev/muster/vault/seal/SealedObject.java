// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/**
 * A metadata object (docs/format.md, section 7): a body and its signature in a chain of frames under the metadata key.
 * The head of a range of WAL is made of the same frames.
 */
public final class SealedObject {

    /** The largest body: 64 full frames less signer and signature. */
    public static final int BODY_BYTES_MAX = 64 * FrameHeader.PLAIN_BYTES_MAX - Digest.BYTES - Curves.SIGNATURE_BYTES;

    private static final int FRAMES_MAX = 64;
    private static final int LEVEL = 3;
    private static final int TRAILER_BYTES = Digest.BYTES + Curves.SIGNATURE_BYTES;

    private SealedObject() {}

    /**
     * A body that opened, and who said it.
     *
     * @param body as it was written
     * @param signer digest of the slot that signed it
     * @param role of the signer: it may say this kind, whether it may say these contents is for the reader to judge
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Opened(byte[] body, Digest signer, Role role) {}

    /** The whole bytes of a metadata object. */
    public static byte[] write(KeyChain chain, Signer signer, Kind kind, byte[] body, SecureRandom random) {
        Envelope envelope = new Envelope(kind, chain.repository());
        return new Encoder(Envelope.BYTES + body.length / 2).raw(envelope.bytes())
                .raw(frames(chain, signer, envelope, body, random))
                .toByteArray();
    }

    /** The frames of a body alone, as the head of a range of WAL has them. */
    public static byte[] frames(KeyChain chain, Signer signer, Envelope envelope, byte[] body, SecureRandom random) {
        if (body.length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException("a body of " + body.length + " bytes");
        }
        byte[] owner = envelope.bytes();
        byte[] plain = new Encoder(body.length + TRAILER_BYTES).raw(body)
                .digest(signer.slot())
                .raw(signer.sign(owner, body))
                .toByteArray();
        FrameSealer sealer = chain.sealer(Sealing.METADATA, owner, random);
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2);
        try (Compressor compressor = new Compressor(LEVEL)) {
            Digest id = Digest.NONE;
            for (int counter = 0, at = 0; at < plain.length; counter++, at += FrameHeader.PLAIN_BYTES_MAX) {
                int end = Math.min(at + FrameHeader.PLAIN_BYTES_MAX, plain.length);
                byte[] piece = Arrays.copyOfRange(plain, at, end);
                id = chain.names().metadata(envelope.kind(), counter, end == plain.length, id, piece);
                Compressed content = compressor.compress(piece, 0, piece.length);
                byte[] frame = new byte[content.frameLength()];
                sealer.seal(id, content, frame, 0);
                out.writeBytes(frame);
            }
        }
        return out.toByteArray();
    }

    /**
     * Opens a metadata object and checks who says it.
     *
     * @param subject the object's key, for messages
     * @param stampedAt the store's time of the object
     * @throws VaultFault.Damage if it is not what was written
     * @throws VaultFault.Untrusted if it was written by one whose word on this does not count
     */
    public static Opened read(KeyChain chain, Authority authority, Kind kind, String subject, Instant stampedAt,
            byte[] object) {
        return readFrames(chain, authority, kind, subject, stampedAt, object, Envelope.BYTES);
    }

    /**
     * Opens what {@link #frames} made.
     *
     * @param front an object's bytes from its envelope to the end of the frames
     * @param framesAt where in them the frames begin
     */
    public static Opened readFrames(KeyChain chain, Authority authority, Kind kind, String subject, Instant stampedAt,
            byte[] front, int framesAt) {
        Envelope.require(new Envelope(kind, chain.repository()), subject, front);
        byte[] envelope = Arrays.copyOf(front, Envelope.BYTES);
        byte[] plain = open(chain, kind, envelope, subject, Arrays.copyOfRange(front, framesAt, front.length));
        if (plain.length < TRAILER_BYTES) {
            throw new VaultFault.Damage("a body without a signature", subject);
        }
        byte[] body = Arrays.copyOf(plain, plain.length - TRAILER_BYTES);
        Decoder trailer = new Decoder(subject, plain, body.length, TRAILER_BYTES);
        Digest slot = trailer.digest();
        byte[] signature = trailer.raw(Curves.SIGNATURE_BYTES);
        Authority.Enrolled signer = authority.enrolled(slot)
                .orElseThrow(() -> new VaultFault.Untrusted("signed by no slot of the charter", subject));
        if (!Curves.verifies(signer.signingKey(), signature, envelope, body)) {
            throw new VaultFault.Untrusted("the signature is not the one of its slot", subject);
        }
        if (!signer.role().maySay(kind)) {
            throw new VaultFault.Untrusted("a " + signer.role() + " may not say this", subject);
        }
        if (!signer.inForceAt(stampedAt)) {
            throw VaultFault.Untrusted.late(subject);
        }
        return new Opened(body, slot, signer.role());
    }

    /** The envelope as it stands in the object: bits of it that this program passes over are authenticated too. */
    private static byte[] open(KeyChain chain, Kind kind, byte[] envelope, String subject, byte[] frames) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        FrameHeader first = FrameHeader.read(subject, frames, 0, frames.length);
        Digest before = Digest.NONE;
        int offset = 0;
        for (int counter = 0; counter == 0 || offset < frames.length; counter++) {
            FrameHeader header = FrameHeader.read(subject, frames, offset, frames.length - offset);
            int end = offset + header.frameLength();
            boolean last = end == frames.length;
            requirePlace(first, header, counter, last, subject);
            byte[] piece = chain.opener().decipher(envelope, header, subject, frames, offset);
            Digest id = chain.names(header.epoch()).metadata(kind, counter, last, before, piece);
            if (!id.equals(header.id())) {
                throw new VaultFault.Damage("a frame is not in its place", subject);
            }
            plain.writeBytes(piece);
            before = id;
            offset = end;
        }
        return plain.toByteArray();
    }

    private static void requirePlace(FrameHeader first, FrameHeader header, int counter, boolean last,
            String subject) {
        if (header.sealing() != Sealing.METADATA || header.epoch() != first.epoch()
                || !header.seed().equals(first.seed()) || header.counter() != counter || counter >= FRAMES_MAX
                || (!last && header.plainLength() != FrameHeader.PLAIN_BYTES_MAX)) {
            throw new VaultFault.Damage("a frame is not in its place", subject);
        }
    }
}
