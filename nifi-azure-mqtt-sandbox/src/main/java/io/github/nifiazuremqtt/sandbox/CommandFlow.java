/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * The template "Device twin, commands and methods" in a NiFi, with an emulated hub in the place of the real one.
 *
 * @param editor the imported process group
 */
public record CommandFlow(FlowEditor editor) {

    private static final String NAME = "Device twin, commands and methods";

    private static final String TEMPLATE = "device-twin-commands-and-methods.json";

    private static final String MACHINE = "Machine URL";

    private static final String CONNECTION = "IoT Hub Connection Service";

    private static final int RIGHT_OF_THE_FLOW = 1160;

    /**
     * Imports the template and sets its parameters. For a real hub that is all; the emulator's certificate has to be trusted in addition.
     *
     * @param templates directory of the templates
     * @param machine   address of what takes settings and commands
     */
    public static CommandFlow create(final NiFiClient client, final Path templates, final IoTHubEmulator emulator, final String deviceId, final URI machine)
            throws IOException, InterruptedException, TimeoutException {
        final FlowEditor editor = client.importFlow(NAME, Files.readString(templates.resolve(TEMPLATE)));
        client.setParameters(editor.group(), Map.of(
                "Device Connection String", Parameter.secret(emulator.connectionString(deviceId).text()),
                MACHINE, Parameter.plain(machine.toString())));
        editor.updateService(editor.find("IoT Hub"), Map.of("SSL Context Service", new EmulatedHub(editor, emulator).createTrust()));
        return new CommandFlow(editor);
    }

    /**
     * Imports the template into the group of another flow that speaks for the same device, and has it use the connection of that one: a device has one.
     *
     * @param outer     group with a connection service named "IoT Hub"
     * @param templates directory of the templates
     * @param machine   address of what takes settings and commands
     */
    public static CommandFlow createWithin(final FlowEditor outer, final NiFiClient client, final Path templates, final URI machine)
            throws IOException, InterruptedException, TimeoutException {
        final String connection = outer.find("IoT Hub");
        final FlowEditor editor = client.importFlow(outer.group(), RIGHT_OF_THE_FLOW, NAME, Files.readString(templates.resolve(TEMPLATE)));
        client.setParameters(editor.group(), Map.of(MACHINE, Parameter.plain(machine.toString())));
        for (final JsonNode processor : editor.processors()) {
            if (processor.path("component").path("config").path("properties").has(CONNECTION)) {
                editor.updateProcessor(processor.path("id").asText(), Map.of(CONNECTION, connection));
            }
        }

        editor.deleteService(editor.find("IoT Hub"));
        editor.deleteService(editor.find("Device credentials"));
        return new CommandFlow(editor);
    }

    /** Starts it. */
    public void start() throws InterruptedException, TimeoutException {
        editor.startAll();
    }
}
