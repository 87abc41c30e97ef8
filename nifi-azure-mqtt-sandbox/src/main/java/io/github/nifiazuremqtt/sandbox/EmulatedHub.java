/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the services of a flow that is to reach an emulated hub: trust in its certificate, credentials, connection. They are not enabled.
 */
public final class EmulatedHub {

    private static final String SERVICES = "io.github.nifiazuremqtt.services.";

    private final FlowEditor editor;
    private final IoTHubEmulator emulator;

    public EmulatedHub(final FlowEditor editor, final IoTHubEmulator emulator) {
        this.editor = editor;
        this.emulator = emulator;
    }

    /** An SSL context that trusts the emulator and nothing else. */
    public String createTrust() {
        return editor.createService("org.apache.nifi.ssl.PEMEncodedSSLContextProvider", Map.of(
                "Private Key Source", "UNDEFINED", "Certificate Authorities Source", "PROPERTIES", "Certificate Authorities", emulator.authority().pem()));
    }

    /** Credentials of a registered device, by its connection string. */
    public String createCredentials(final String deviceId) {
        return createCredentials(Map.of("Authentication Strategy", "Connection String", "Connection String", emulator.connectionString(deviceId).text()));
    }

    public String createCredentials(final Map<String, String> properties) {
        return editor.createService(SERVICES + "StandardDeviceCredentialsService", properties);
    }

    /**
     * A connection service with the credentials and the trust.
     *
     * @param more further properties, which replace those set here
     */
    public String createConnection(final String credentials, final Map<String, String> more) {
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put("Device Credentials Service", credentials);
        properties.put("SSL Context Service", createTrust());
        properties.putAll(more);
        return editor.createService(SERVICES + "StandardIoTHubConnectionService", properties);
    }
}
