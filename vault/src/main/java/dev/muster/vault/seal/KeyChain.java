// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The secrets of a repository as far as one slot was granted them, and what is derived from them. Thread-safe. */
public final class KeyChain {

    private final Uid repository;
    private final Role role;
    private final int newest;
    private final Map<Integer, Link> links;
    private final Optional<Supplier<VaultFault>> refusal;
    private final FrameOpener opener;

    /**
     * @param newest the epoch that holds now; like others it may be one that was not granted
     * @param granted the epochs that were
     */
    public KeyChain(Uid repository, Role role, int newest, Collection<EpochKeys> granted) {
        this(repository, role, newest, granted.stream()
                .map(keys -> new Link(keys, new FrameKeys(repository, keys), BlockNames.of(repository, keys)))
                .collect(Collectors.toUnmodifiableMap(link -> link.keys.epoch(), Function.identity())),
                Optional.empty());
    }

    private KeyChain(Uid repository, Role role, int newest, Map<Integer, Link> links,
            Optional<Supplier<VaultFault>> refusal) {
        this.repository = repository;
        this.role = role;
        this.newest = newest;
        this.links = links;
        this.refusal = refusal;
        this.opener = new FrameOpener(this);
    }

    public Uid repository() {
        return repository;
    }

    public Role role() {
        return role;
    }

    /**
     * The keys to write with.
     *
     * @throws VaultFault.NotGranted if an epoch was not granted to this slot: nothing can be written
     */
    public EpochKeys current() {
        return writing().keys;
    }

    /**
     * The keys of this epoch.
     *
     * @throws VaultFault.NotGranted if this epoch was not granted to this slot
     */
    public EpochKeys epoch(int epoch) {
        return link(epoch).keys;
    }

    /** Names in the epoch to write in. */
    public BlockNames names() {
        return writing().names;
    }

    /** Names as they were made in this epoch. */
    public BlockNames names(int epoch) {
        return link(epoch).names;
    }

    public FrameOpener opener() {
        return opener;
    }

    /** A sealer for one pack of data or the bytes of one range of WAL. */
    public FrameSealer toOpening(SecureRandom random) {
        return sealer(Sealing.OPENING, repository.bytes(), random);
    }

    /** A sealer for one pack of map blocks. */
    public FrameSealer underMetadata(SecureRandom random) {
        return sealer(Sealing.METADATA, repository.bytes(), random);
    }

    FrameSealer sealer(Sealing sealing, byte[] owner, SecureRandom random) {
        Link link = writing();
        return FrameSealer.of(sealing, link.frames, link.keys.epoch(), owner, random);
    }

    /** @throws VaultFault.Damage if there is no such epoch */
    FrameKeys frameKeys(int epoch, String subject) {
        if (epoch < 1 || epoch > newest) {
            throw new VaultFault.Damage("a frame of epoch " + epoch + " where the newest is " + newest, subject);
        }
        return link(epoch).frames;
    }

    /** This chain for reading only: whoever wants to write gets this fault. */
    public KeyChain refusingToWrite(Supplier<VaultFault> why) {
        return new KeyChain(repository, role, newest, links, Optional.of(why));
    }

    /** Overwrites the secrets that it was given; what is derived from them goes when the chain does. */
    public void wipe() {
        links.values().forEach(link -> link.keys.wipe());
    }

    private Link writing() {
        refusal.ifPresent(why -> {
            throw why.get();
        });
        if (links.size() < newest) {
            throw VaultFault.NotGranted.incomplete(links.size(), newest, role.toString());
        }
        return link(newest);
    }

    private Link link(int epoch) {
        Link link = links.get(epoch);
        if (link == null) {
            throw new VaultFault.NotGranted("use what was written in epoch " + epoch, role.toString());
        }
        return link;
    }

    private record Link(EpochKeys keys, FrameKeys frames, BlockNames names) {}

    /** Without the secrets. */
    @Override
    public String toString() {
        return "keys of a " + role + " of repository " + repository;
    }
}
