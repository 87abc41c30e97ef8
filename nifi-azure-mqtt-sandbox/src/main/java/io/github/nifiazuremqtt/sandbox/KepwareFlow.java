/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * The template "Kepware tags to IoT Hub" in a NiFi, with an emulated hub in the place of the real one.
 *
 * @param editor     the imported process group
 * @param listenPort port on which it waits for tags
 */
public record KepwareFlow(FlowEditor editor, int listenPort) {

    private static final String NAME = "Kepware tags to IoT Hub";

    private static final String TEMPLATE = "kepware-tags-to-iot-hub.json";

    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private static final String PATH = "kepware";

    /**
     * Imports the template and sets its parameters. For a real hub that is all; the emulator's certificate has to be trusted in addition.
     *
     * @param templates directory of the templates
     */
    public static KepwareFlow create(final NiFiClient client, final Path templates, final IoTHubEmulator emulator, final String deviceId, final int listenPort)
            throws IOException, InterruptedException, TimeoutException {
        return create(client, Files.readString(templates.resolve(TEMPLATE)), emulator, deviceId, listenPort);
    }

    /**
     * @param template text of the template; NiFi shares the parameters of all imports that name the same parameter context
     */
    static KepwareFlow create(final NiFiClient client, final String template, final IoTHubEmulator emulator, final String deviceId, final int listenPort)
            throws InterruptedException, TimeoutException {
        final FlowEditor editor = client.importFlow(NAME, template);
        client.setParameters(editor.group(), Map.of(
                "Device Connection String", Parameter.secret(emulator.connectionString(deviceId).text()),
                "Listen Port", Parameter.plain(Integer.toString(listenPort)),
                "Listen Path", Parameter.plain(PATH)));
        editor.updateService(editor.find("IoT Hub"), Map.of("SSL Context Service", new EmulatedHub(editor, emulator).createTrust()));
        return new KepwareFlow(editor, listenPort);
    }

    /** Starts it and waits until it takes tags. */
    public void start() throws InterruptedException, TimeoutException {
        editor.startAll();
        Await.until("the flow listens on port " + listenPort, START_LIMIT, this::isListening);
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listenPort)) {
            return socket.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    /** Where KEPServerEX sends its tags. */
    public URI listener() {
        return URI.create("http://127.0.0.1:" + listenPort + "/" + PATH);
    }
}
