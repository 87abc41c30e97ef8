/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How devices of an enrollment prove themselves.
 *
 * @param type kind of proof
 * @param primary key in base64, thumbprint of a client certificate, or name of a certificate authority of the service
 * @param secondary second key or thumbprint, empty if there is none
 */
public record Attestation(Type type, String primary, String secondary) {

    /** Two new symmetric keys. */
    public static Attestation symmetricKey() {
        return symmetricKey(Authentication.newKey(), Authentication.newKey());
    }

    /** Symmetric keys in base64: those of a device, or those from which the keys of a group's devices are derived. */
    public static Attestation symmetricKey(final String primary, final String secondary) {
        return new Attestation(Type.SYMMETRIC_KEY, primary, secondary);
    }

    /** The client certificate of one device. */
    public static Attestation clientCertificate(final X509Certificate certificate) {
        return new Attestation(Type.CLIENT_CERTIFICATE, Thumbprint.sha256(certificate).hex(), "");
    }

    /** Any certificate below a certificate authority that the service knows by this name. */
    public static Attestation authority(final String name) {
        return new Attestation(Type.AUTHORITY, name, "");
    }

    boolean isSignedBy(final SasToken token) {
        return keys().stream().anyMatch(token::isSignedWith);
    }

    boolean isSignedByKeyDerivedFor(final SasToken token, final String registrationId) {
        return keys().stream().anyMatch(key -> token.isSignedWith(SasToken.derivedKey(key, registrationId)));
    }

    Attestation derivedFor(final String registrationId) {
        return symmetricKey(SasToken.derivedKey(primary, registrationId), secondary.isEmpty() ? "" : SasToken.derivedKey(secondary, registrationId));
    }

    private List<String> keys() {
        return secondary.isEmpty() ? List.of(primary) : List.of(primary, secondary);
    }

    @Override
    public String toString() {
        return "Attestation[type=" + type + "]";
    }

    /** Kinds of proof, with the name of the field in the registration state. */
    public enum Type {
        SYMMETRIC_KEY("symmetricKey"), CLIENT_CERTIFICATE("x509"), AUTHORITY("x509");

        private final String apiName;

        Type(final String apiName) {
            this.apiName = apiName;
        }

        public String apiName() {
            return apiName;
        }
    }
}
