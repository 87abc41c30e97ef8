/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What would make the handshake or the CONNECT fail without a reason, found before it is tried (contract section 1.9).
 */
final class CertificateChecks {

    private static final byte[] PROBE = {1, 2, 3};

    private CertificateChecks() {
    }

    /**
     * @throws IoTHubException of category INVALID_CONFIGURATION with what is wrong and the cure
     */
    static void check(final ClientCertificate certificate, final Instant now) {
        checkPair(certificate);
        certificate.chain().forEach(member -> checkDates(certificate.origin(), member, now));
    }

    /**
     * @throws IoTHubException of category INVALID_CONFIGURATION if key and chain do not belong together, whatever time it is
     */
    static void checkPair(final ClientCertificate certificate) {
        checkKey(certificate);
        checkOrder(certificate);
    }

    private static void checkKey(final ClientCertificate certificate) {
        final List<X509Certificate> chain = certificate.chain();
        if (isPair(chain.getFirst().getPublicKey(), certificate.privateKey())) {
            return;
        }

        for (int index = 1; index < chain.size(); index++) {
            if (isPair(chain.get(index).getPublicKey(), certificate.privateKey())) {
                throw refusal("%s: the private key belongs to certificate %d of %d [%s]; put the device's certificate first, then the one that issued it",
                        certificate.origin(), index + 1, chain.size(), chain.get(index).getSubjectX500Principal());
            }
        }

        throw refusal("%s: the private key does not belong to certificate [%s]; give the two that were made together",
                certificate.origin(), certificate.subject());
    }

    private static void checkOrder(final ClientCertificate certificate) {
        final List<X509Certificate> chain = certificate.chain();
        for (int index = 1; index < chain.size(); index++) {
            if (!isIssuedBy(chain.get(index - 1), chain.get(index))) {
                throw refusal("%s: certificate %d [%s] did not issue certificate %d [%s]; put the device's certificate first, then the one that issued it, "
                        + "up to but not necessarily with the root", certificate.origin(), index + 1, chain.get(index).getSubjectX500Principal(), index,
                        chain.get(index - 1).getSubjectX500Principal());
            }
        }
    }

    private static void checkDates(final String origin, final X509Certificate certificate, final Instant now) {
        final Instant start = certificate.getNotBefore().toInstant();
        final Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(start)) {
            throw refusal("%s: certificate [%s] is good from %s on and the clock of this node shows %s; set the clock, or wait",
                    origin, certificate.getSubjectX500Principal(), start, now);
        }
        if (!now.isBefore(end)) {
            throw refusal("%s: certificate [%s] ended at %s; renew it", origin, certificate.getSubjectX500Principal(), end);
        }
    }

    private static boolean isIssuedBy(final X509Certificate certificate, final X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }

        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (final GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isPair(final PublicKey publicKey, final PrivateKey privateKey) {
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())) {
            return false;
        }

        try {
            final Signature signature = Signature.getInstance(switch (privateKey.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> privateKey.getAlgorithm();
            });
            signature.initSign(privateKey);
            signature.update(PROBE);
            final byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (final GeneralSecurityException e) {
            return false;
        }
    }

    private static IoTHubException refusal(final String text, final Object... arguments) {
        return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, text.formatted(arguments));
    }
}
