/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.PublicKey;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What a certificate is for; decides its extensions. */
public enum CertificateUse {
    AUTHORITY,
    SERVER,
    CLIENT;

    KeyUsage keyUsage(final PublicKey key) {
        if (this == AUTHORITY) {
            return new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        }

        // key encipherment is what RSA key exchange asks for; an elliptic key cannot do it
        final boolean rsa = "RSA".equals(key.getAlgorithm());
        return new KeyUsage(rsa ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment : KeyUsage.digitalSignature);
    }

    KeyPurposeId purpose() {
        return this == SERVER ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth;
    }
}
