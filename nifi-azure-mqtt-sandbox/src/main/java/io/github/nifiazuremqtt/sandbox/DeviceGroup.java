/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * The template "IoT Hub device" in a NiFi: a group with the connection of a device, into which its flows are imported.
 *
 * @param editor the imported process group
 */
public record DeviceGroup(FlowEditor editor) {

    private static final String NAME = "IoT Hub device";

    private static final String TEMPLATE = "iot-hub-device.json";

    /**
     * Imports the template and sets its parameter. For a real hub that is all; the emulator's certificate has to be trusted in addition.
     *
     * @param templates directory of the templates
     */
    public static DeviceGroup create(final NiFiClient client, final Path templates, final IoTHubEmulator emulator, final String deviceId)
            throws IOException, InterruptedException, TimeoutException {
        final FlowEditor editor = client.importFlow(NAME, Files.readString(templates.resolve(TEMPLATE)));
        client.setParameters(editor.group(), Map.of("Device Connection String", Parameter.secret(emulator.connectionString(deviceId).text())));
        editor.updateService(editor.find("IoT Hub"), Map.of("SSL Context Service", new EmulatedHub(editor, emulator).createTrust()));
        return new DeviceGroup(editor);
    }
}
