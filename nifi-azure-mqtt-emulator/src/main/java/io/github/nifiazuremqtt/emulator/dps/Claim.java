/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/**
 * Who a client says it is, and what it offers as proof.
 *
 * @param idScope id scope of the user name
 * @param registrationId registration id as typed
 * @param password password, empty if there was none
 * @param certificates certificate chain, leaf first, empty if there was none
 */
record Claim(String idScope, String registrationId, String password, List<X509Certificate> certificates) {

    boolean isToken() {
        return !password.isEmpty();
    }

    /** What the registration id is found by: its case means nothing but for keys derived from it. */
    String key() {
        return registrationId.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "Claim[registrationId=" + registrationId + "]";
    }
}
