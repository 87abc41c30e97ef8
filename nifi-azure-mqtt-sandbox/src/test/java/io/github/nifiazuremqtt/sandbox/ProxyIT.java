/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.sandbox.FlowMonitor.VerificationResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A site whose only way out is a proxy, Squid: the name of the hub has no address there, and the proxy lets through the port of MQTT over WebSocket only.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ProxyIT {

    private static final String HOST = "hub.plant.invalid";

    private static final String DEVICE = "dev-001";

    private static final String USER = "nifi";

    private static final String PASSWORD = "proxy-password-4711";

    private static final String WEB_SOCKET = "MQTT over WebSocket";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private IoTHubEmulator hub;
    private IndexLog arrived;
    private String proxy;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().hostName(HOST).device(DEVICE).start();
        arrived = new IndexLog();
        hub.telemetry().addListener(arrived);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void testOnlyWayIsTheProxy() throws Exception {
        assertThrows(UnknownHostException.class, () -> InetAddress.getByName(HOST));
        try (Squid squid = Squid.start(HOST, hub.webSocketPort(), USER, PASSWORD)) {
            final PublishFlow flow = createFlow(squid, hub.mqttPort(), Map.of("Transport Protocol", "MQTT"));
            useProxy(flow, Map.of("proxy-user-name", USER, "proxy-user-password", PASSWORD));
            flow.feed(0, 1_000, "text");
            flow.start();
            final String denied = bulletin("does not allow [%s:%d]".formatted(HOST, hub.mqttPort()));

            flow.stop();
            reconfigure(flow, flow.connections(), Map.of("Transport Protocol", WEB_SOCKET));
            reconfigure(flow, flow.credentials(), Map.of("Connection String", connectionString(hub.webSocketPort()).text()));
            flow.start();
            arrived.await(1_000, LIMIT);
            flow.awaitPublished(LIMIT);
            flow.stop();
            flow.disableServices();

            Await.until("all tunnels in the log", LIMIT, () -> squid.log("TCP_TUNNEL/200").size() == hub.connections().opened());
            Report.line("%d messages over %d tunnel, %d requests for the port of MQTT denied; bulletin: %s", hub.telemetry().count(),
                    squid.log("TCP_TUNNEL/200").size(), squid.log("TCP_DENIED/403").size(), denied);
            assertEquals(1_000, hub.telemetry().count());
            assertTrue(squid.log("TCP_TUNNEL/200").getFirst().contains("CONNECT %s:%d %s ".formatted(HOST, hub.webSocketPort(), USER)));
            assertFalse(squid.log("TCP_DENIED/403").isEmpty());
            assertEquals(0, flow.failed());
            assertFalse(Files.readString(NIFI.get().log()).contains(PASSWORD));
        }
    }

    @Test
    void testWrongPasswordThenTheRightOne() throws Exception {
        try (Squid squid = Squid.start(HOST, hub.webSocketPort(), USER, PASSWORD)) {
            final PublishFlow flow = createFlow(squid, hub.webSocketPort(), Map.of("Transport Protocol", WEB_SOCKET));
            useProxy(flow, Map.of("proxy-user-name", USER, "proxy-user-password", "wrong-" + PASSWORD));
            flow.feed(0, 100, "text");
            flow.start();
            Report.line("bulletin: %s", bulletin("does not accept the user name and password"));
            assertEquals(100, flow.queued());
            flow.stop();

            flow.editor().disableService(flow.connections());
            final VerificationResult asked = NIFI.get().client().monitor().verifyService(flow.connections()).getLast();
            Report.line("Verify: %s", asked);
            assertEquals("FAILED Ask Proxy", asked.outcome() + " " + asked.step());
            flow.editor().disableService(proxy);
            flow.editor().updateService(proxy, Map.of("proxy-user-password", PASSWORD));
            flow.editor().enableService(proxy);
            flow.editor().enableService(flow.connections());
            flow.start();
            arrived.await(100, LIMIT);
            flow.stop();
            flow.disableServices();
            assertFalse(Files.readString(NIFI.get().log()).contains(PASSWORD));
        }
    }

    @Test
    void testWithoutCredentials() throws Exception {
        try (Squid squid = Squid.start(HOST, hub.webSocketPort())) {
            final PublishFlow flow = createFlow(squid, hub.webSocketPort(), Map.of("Transport Protocol", WEB_SOCKET));
            useProxy(flow, Map.of());
            flow.editor().disableService(flow.connections());
            final List<VerificationResult> steps = NIFI.get().client().monitor().verifyService(flow.connections());
            assertEquals(List.of("SUCCESSFUL"), steps.stream().map(VerificationResult::outcome).distinct().toList(), steps::toString);
            flow.editor().enableService(flow.connections());
            flow.feed(0, 100, "text");
            flow.start();
            arrived.await(100, LIMIT);
            hub.faults().dropConnections();
            flow.drop(100, 100, "text");
            arrived.await(200, LIMIT);
            flow.stop();
            flow.disableServices();
            Await.until("all tunnels in the log", LIMIT, () -> squid.log("TCP_TUNNEL/200").size() >= hub.connections().opened());
        }
    }

    private PublishFlow createFlow(final Squid squid, final int port, final Map<String, String> properties) throws Exception {
        final PublishFlow flow = PublishFlow.create(NIFI.get(), hub, connectionString(port), properties, ProcessorSettings.azure("PublishToIoTHub"));
        proxy = flow.editor().createService("org.apache.nifi.proxy.StandardProxyConfigurationService", Map.of("proxy-type", "HTTP",
                "proxy-server-host", "127.0.0.1", "proxy-server-port", Integer.toString(squid.port())));
        return flow;
    }

    private void useProxy(final PublishFlow flow, final Map<String, String> credentials) throws InterruptedException, TimeoutException {
        flow.editor().updateService(proxy, credentials);
        flow.editor().enableService(proxy);
        reconfigure(flow, flow.connections(), Map.of("Proxy Configuration Service", proxy));
    }

    private static void reconfigure(final PublishFlow flow, final String service, final Map<String, String> properties)
            throws InterruptedException, TimeoutException {
        flow.disableServices();
        flow.editor().updateService(service, properties);
        flow.enableServices();
    }

    private ConnectionString connectionString(final int port) {
        return new ConnectionString(HOST + ":" + port, DEVICE, "", hub.connectionString(DEVICE).sharedAccessKey());
    }

    private String bulletin(final String text) throws InterruptedException, TimeoutException {
        Await.until("a bulletin: " + text, LIMIT, () -> NIFI.get().client().monitor().bulletins().stream().anyMatch(bulletin -> bulletin.contains(text)));
        return NIFI.get().client().monitor().bulletins().stream().filter(bulletin -> bulletin.contains(text)).findFirst().orElseThrow();
    }
}
