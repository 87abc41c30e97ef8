/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.trust;

import io.github.nifiazuremqtt.emulator.certificate.CommonName;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The certificate authorities of a hub or of a provisioning service: added, challenged with a code, and verified by who holds the key. */
public final class AuthorityRegistry {

    private static final int CODE_BYTES = 24;

    private final Map<String, RegisteredAuthority> authorities = new ConcurrentSkipListMap<>();
    private final Clock clock;

    public AuthorityRegistry(final Clock clock) {
        this.clock = clock;
    }

    /** Adds an authority, or replaces one of the same name. It does not count before it is verified. */
    public RegisteredAuthority add(final String name, final X509Certificate certificate) {
        return put(name, certificate, false, "");
    }

    /** Adds an authority that counts at once, as when the uploader says that it is verified. */
    public RegisteredAuthority addVerified(final String name, final X509Certificate certificate) {
        return put(name, certificate, true, "");
    }

    /** A new code, to be answered by {@link #verify}. */
    public RegisteredAuthority generateVerificationCode(final String name) {
        final byte[] code = new byte[CODE_BYTES];
        new SecureRandom().nextBytes(code);
        final RegisteredAuthority authority = required(name);
        return put(name, authority.certificate(), authority.verified(), HexFormat.of().withUpperCase().formatHex(code));
    }

    /**
     * Takes the proof of possession.
     *
     * @param proof a certificate signed by the authority, whose common name is the code
     * @throws IllegalArgumentException if it is no proof
     */
    public RegisteredAuthority verify(final String name, final X509Certificate proof) {
        final RegisteredAuthority authority = required(name);
        if (authority.verificationCode().isEmpty()) {
            throw new IllegalArgumentException("Ask for a verification code of [%s] first".formatted(name));
        }

        if (!CommonName.of(proof).equals(Optional.of(authority.verificationCode()))) {
            throw new IllegalArgumentException("The common name is not the verification code of [%s]".formatted(name));
        }

        try {
            proof.verify(authority.certificate().getPublicKey());
        } catch (final GeneralSecurityException e) {
            throw new IllegalArgumentException("The certificate is not signed with the key of [%s]".formatted(name), e);
        }

        return put(name, authority.certificate(), true, "");
    }

    public boolean remove(final String name) {
        return authorities.remove(name) != null;
    }

    public Optional<RegisteredAuthority> find(final String name) {
        return Optional.ofNullable(authorities.get(name));
    }

    public List<RegisteredAuthority> all() {
        return List.copyOf(authorities.values());
    }

    public void clear() {
        authorities.clear();
    }

    /** The verified authority that a chain, leaf first, leads to at this moment. */
    public Optional<RegisteredAuthority> issuerOf(final List<X509Certificate> chain) {
        return issuerOf(chain, all());
    }

    /** The same for one authority. */
    public boolean hasIssued(final String name, final List<X509Certificate> chain) {
        return issuerOf(chain, find(name).stream().toList()).isPresent();
    }

    private Optional<RegisteredAuthority> issuerOf(final List<X509Certificate> chain, final List<RegisteredAuthority> candidates) {
        final Instant now = clock.instant();
        return candidates.stream()
                .filter(RegisteredAuthority::verified)
                .filter(authority -> new ChainToAuthority(authority.certificate()).accepts(chain, now))
                .findFirst();
    }

    private RegisteredAuthority put(final String name, final X509Certificate certificate, final boolean verified, final String code) {
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("[%s] is not a certificate authority".formatted(certificate.getSubjectX500Principal()));
        }

        final RegisteredAuthority authority = new RegisteredAuthority(name, certificate, verified, code);
        authorities.put(name, authority);
        return authority;
    }

    private RegisteredAuthority required(final String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("There is no certificate [%s]".formatted(name)));
    }
}
