/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** The common name of a subject, as it was written: without the escapes of a printed distinguished name. */
public final class CommonName {

    private CommonName() {
    }

    /** Empty unless there is exactly one. */
    public static Optional<String> of(final X509Certificate certificate) {
        return of(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }

    static Optional<String> of(final X500Name subject) {
        final RDN[] names = subject.getRDNs(BCStyle.CN);
        return names.length == 1 && names[0].getFirst().getValue() instanceof final ASN1String text ? Optional.of(text.getString()) : Optional.empty();
    }
}
