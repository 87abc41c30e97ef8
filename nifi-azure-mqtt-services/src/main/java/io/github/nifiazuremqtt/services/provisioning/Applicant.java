/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.time.Instant;

/**
 * Who asks for a registration, as error texts name it.
 *
 * @param registrationId  registration id
 * @param idScope         ID scope
 * @param credentialLabel what a person calls the credential used, for example "primary key"
 * @param tokenExpiration when the token that was made with the key ends, or null if the credential is a certificate
 * @param refusalHint     what the credential says about a refusal, or null
 */
record Applicant(String registrationId, String idScope, String credentialLabel, Instant tokenExpiration, String refusalHint) {

    /**
     * @return what to look at when the credential is not accepted
     */
    String cure() {
        final String hint = refusalHint == null ? "" : refusalHint + ". ";
        return hint + (isCertificate()
                ? """
                Check that the common name of the certificate is exactly the registration id, that it is the enrolled certificate or issued by the CA of the \
                enrollment group with the whole chain in the file, that it has not expired, and that the enrollment belongs to ID Scope [%s]\
                """
                : """
                Check that there is an enrollment for this registration id with this key, and that it belongs to ID Scope [%s]; if the clock of this \
                machine is wrong (the token ends at %s), set it\
                """).formatted(idScope, tokenExpiration);
    }

    boolean isCertificate() {
        return tokenExpiration == null;
    }
}
