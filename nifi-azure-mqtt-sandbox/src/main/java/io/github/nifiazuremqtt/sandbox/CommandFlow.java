/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * The template "Device twin, commands and methods" in a NiFi.
 *
 * @param editor the imported process group
 */
public record CommandFlow(FlowEditor editor) {

    private static final String NAME = "Device twin, commands and methods";

    private static final String TEMPLATE = "device-twin-commands-and-methods.json";

    private static final int RIGHT_OF_THE_FLOW = 1220;

    /**
     * Imports the template into a group that holds the connection of the device, which NiFi finds by its name.
     *
     * @param outer     group with a connection service named "IoT Hub"
     * @param templates directory of the templates
     * @param machine   address of what takes settings and commands
     */
    public static CommandFlow createWithin(final FlowEditor outer, final NiFiClient client, final Path templates, final URI machine)
            throws IOException, InterruptedException, TimeoutException {
        final FlowEditor editor = client.importFlow(outer.group(), RIGHT_OF_THE_FLOW, NAME, Files.readString(templates.resolve(TEMPLATE)));
        client.setParameters(editor.group(), Map.of("Machine URL", Parameter.plain(machine.toString())));
        return new CommandFlow(editor);
    }

    /** Starts it. */
    public void start() throws InterruptedException, TimeoutException {
        editor.startAll();
    }
}
