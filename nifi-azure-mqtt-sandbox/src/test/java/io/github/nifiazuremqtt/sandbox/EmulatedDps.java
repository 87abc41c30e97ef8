/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the services of a flow whose devices the emulated Device Provisioning Service assigns to their hubs. They are not enabled.
 */
final class EmulatedDps {

    private static final String SERVICES = "io.github.nifiazuremqtt.services.";

    private final FlowEditor editor;
    private final DpsEmulator dps;
    private final String trust;

    /**
     * @param trust SSL context service that trusts the emulators
     */
    EmulatedDps(final FlowEditor editor, final DpsEmulator dps, final String trust) {
        this.editor = editor;
        this.dps = dps;
        this.trust = trust;
    }

    String createProvisioning(final String credentials) {
        return editor.createService(SERVICES + "StandardDeviceProvisioningService", Map.of("Global Endpoint", "localhost:" + dps.mqttPort(),
                "ID Scope", dps.idScope(), "Device Credentials Service", credentials, "SSL Context Service", trust));
    }

    /**
     * @param more further properties of the connection service
     */
    String createConnection(final String credentials, final String provisioning, final Map<String, String> more) {
        final Map<String, String> properties = new LinkedHashMap<>(more);
        properties.put("Device Credentials Service", credentials);
        properties.put("SSL Context Service", trust);
        properties.put("Hub Assignment Strategy", "Device Provisioning Service");
        properties.put("Device Provisioning Service", provisioning);
        return editor.createService(SERVICES + "StandardIoTHubConnectionService", properties);
    }
}
