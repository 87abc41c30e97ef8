/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.EmulatedHub;
import io.github.nifiazuremqtt.sandbox.FlowEditor;
import io.github.nifiazuremqtt.sandbox.NiFiInstance;
import io.github.nifiazuremqtt.sandbox.ProcessorSettings;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * A flow that receives messages and answers methods, with the default settings of all processors.
 */
final class RespondingFlow {

    private RespondingFlow() {
    }

    static void start(final NiFiInstance nifi, final IoTHubEmulator hub, final String device) throws InterruptedException, TimeoutException {
        final FlowEditor editor = nifi.client().createGroup("Latency");
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String connections = services.createConnection(services.createCredentials(device), Map.of());
        create(editor, connections, ProcessorSettings.azure("ConsumeC2D").terminating("success"));
        final String methods = create(editor, connections, ProcessorSettings.azure("ConsumeDirectMethod"));
        final String responder = create(editor, connections, ProcessorSettings.azure("RespondDirectMethod").terminating("success", "failure"));
        editor.connect(methods, responder, "success");
        editor.startAll();
    }

    private static String create(final FlowEditor editor, final String connections, final ProcessorSettings settings) {
        return editor.createProcessor(settings.with("IoT Hub Connection Service", connections));
    }
}
