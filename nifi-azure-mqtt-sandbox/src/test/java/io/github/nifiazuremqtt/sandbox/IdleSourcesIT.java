/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sources that have nothing to do leave NiFi's threads to the others: what is posted to the canvas is at the hub as soon as without them.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class IdleSourcesIT {

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final int POSTS = 300;

    @TempDir
    private Path directory;

    private final Map<String, CompletableFuture<Long>> expected = new ConcurrentHashMap<>();

    private final HttpClient http = HttpClient.newHttpClient();

    private IoTHubEmulator hub;

    private NiFiInstance nifi;

    private FlowEditor editor;

    private String connections;

    private URI listener;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        hub.telemetry().addListener(this::arrived);
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
        editor = nifi.client().createGroup("Idle sources");
        final EmulatedHub services = new EmulatedHub(editor, hub);
        connections = services.createConnection(services.createCredentials(DEVICE), Map.of());
        final int port = freePort();
        listener = URI.create("http://localhost:%d/in".formatted(port));
        final String listen = editor.createProcessor(ProcessorSettings.standard("ListenHTTP").with("Listening Port", Integer.toString(port))
                .with("Base Path", "in"));
        final String publish = editor.createProcessor(ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .terminating("success", "failure"));
        editor.connect(listen, publish, "success");
    }

    @AfterEach
    void stop() {
        nifi.close();
        hub.close();
    }

    /**
     * @param yield Yield Duration of the sources; null for their own, a second as flow definitions carry along
     */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "1 sec")
    void testFifteenSourcesAreAsQuickAsThree(final String yield) throws Exception {
        addSources(3, yield);
        editor.startAll();
        awaitReachable();
        measure();
        final double three = measure();

        for (final String source : addSources(12, yield)) {
            editor.startProcessor(source);
        }
        measure();
        final double fifteen = measure();

        Report.line("Yield Duration %s: posted to arrived p50 %.1f ms with 3 idle sources, %.1f ms with 15", yield, three, fifteen);
        assertTrue(fifteen <= 1.5 * three, "%.1f ms with 3, %.1f ms with 15".formatted(three, fifteen));
    }

    private List<String> addSources(final int number, final String yield) {
        final ProcessorSettings source = ProcessorSettings.azure("ConsumeDesiredProperties").with("IoT Hub Connection Service", connections)
                .terminating("success").yield(yield);
        return IntStream.range(0, number).mapToObj(index -> editor.createProcessor(source)).toList();
    }

    private void awaitReachable() throws Exception {
        Await.until("a listener", LIMIT, () -> {
            try {
                return post("hello").statusCode() == 200;
            } catch (final ConnectException e) {
                return false;
            } catch (final IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The median. */
    private double measure() throws Exception {
        final List<Long> nanos = new ArrayList<>();
        for (int index = 0; index < POSTS; index++) {
            final String text = "message " + index;
            final CompletableFuture<Long> arrival = new CompletableFuture<>();
            expected.put(text, arrival);
            final long start = System.nanoTime();
            assertEquals(200, post(text).statusCode());
            nanos.add(arrival.get(LIMIT.toSeconds(), TimeUnit.SECONDS) - start);
        }
        return nanos.stream().sorted().toList().get(POSTS / 2) / 1e6;
    }

    private HttpResponse<String> post(final String text) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(listener).POST(HttpRequest.BodyPublishers.ofString(text)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void arrived(final TelemetryMessage message) {
        final CompletableFuture<Long> arrival = expected.remove(message.text());
        if (arrival != null) {
            arrival.complete(System.nanoTime());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
