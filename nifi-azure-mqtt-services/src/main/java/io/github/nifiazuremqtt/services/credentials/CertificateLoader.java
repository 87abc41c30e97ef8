/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.IoTHubException;

/**
 * Reads certificates anew each time it is asked, so that a renewed one is used from the next connection on. Thread-safe.
 */
public interface CertificateLoader {

    /**
     * @param owner whose certificate, or null for whatever there is
     * @throws IoTHubException of category INVALID_CONFIGURATION, naming the file or service, what is wrong with it and the cure
     */
    ClientCertificate load(CertificateOwner owner);

    /**
     * @return true if each device has a certificate of its own, so that there is none without an owner
     */
    boolean isPerDevice();
}
