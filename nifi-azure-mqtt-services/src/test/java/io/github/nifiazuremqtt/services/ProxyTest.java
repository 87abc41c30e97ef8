/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections through HTTP and SOCKS 5 proxies. */
@Timeout(60)
class ProxyTest {

    private static final String DEVICE_HOST = "hub.device.plant.invalid";

    private static final String USER = "nifi";

    private static final String PASSWORD = "plant-secret";

    private ProxiedServices site;

    private ProxyServer proxy;

    @BeforeEach
    void openSite() throws Exception {
        site = new ProxiedServices();
    }

    @AfterEach
    void close() {
        site.close();
        if (proxy != null) {
            proxy.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP, MQTT, false", "HTTP, MQTT, true", "HTTP, MQTT_WEB_SOCKET, false", "HTTP, MQTT_WEB_SOCKET, true",
            "SOCKS, MQTT, false", "SOCKS, MQTT, true", "SOCKS, MQTT_WEB_SOCKET, false", "SOCKS, MQTT_WEB_SOCKET, true"})
    void testPublishThroughProxyThatResolvesTheName(final Proxy.Type type, final TransportProtocol transport, final boolean credentials) throws Exception {
        start(type, credentials ? PASSWORD : null);
        site.use(type, proxy.port(), credentials ? USER : null, credentials ? PASSWORD : null);
        site.set(ConnectionProperties.TRANSPORT_PROTOCOL, transport.getValue());
        assertThrows(UnknownHostException.class, () -> InetAddress.getByName(ProxiedServices.HOST));
        site.enable();
        site.publish();
        assertEquals(List.of(ProxiedServices.HOST + (transport == TransportProtocol.MQTT ? ":8883" : ":443")), proxy.asked());
        assertEquals(1, site.emulator.telemetry().count());
        assertEquals(List.of(), site.bulletins());
    }

    /** The hub's second host name: it asks for SNI, and wants to be named in user name and token. */
    @ParameterizedTest
    @EnumSource(TransportProtocol.class)
    void testPublishToDeviceHostName(final TransportProtocol transport) throws Exception {
        start(Proxy.Type.HTTP, null);
        site.use(Proxy.Type.HTTP, proxy.port(), null, null);
        site.set(ConnectionProperties.TRANSPORT_PROTOCOL, transport.getValue());
        site.nameHub(DEVICE_HOST);
        site.enable();
        site.publish();
        assertEquals(List.of(DEVICE_HOST + (transport == TransportProtocol.MQTT ? ":8883" : ":443")), proxy.asked());
        assertEquals(1, site.emulator.telemetry().count());
        assertEquals(0, site.emulator.connections().refused());
    }

    @ParameterizedTest
    @CsvSource({ProxiedServices.HOST + ", TLSv1.2 TLS_ECDHE_", DEVICE_HOST + ", TLSv1.3 TLS_AES_"})
    void testVerifySaysProtocolSuiteAndCurve(final String host, final String protocol) {
        start(Proxy.Type.HTTP, null);
        site.use(Proxy.Type.HTTP, proxy.port(), null, null);
        site.nameHub(host);
        final Map<String, ConfigVerificationResult> steps = site.verify();
        final String explanation = steps.get("Perform TLS Handshake").getExplanation();
        assertTrue(explanation.startsWith(protocol), explanation);
        assertTrue(explanation.matches("\\S+ \\S+, curve (x25519|secp256r1|X25519MLKEM768); .*"), explanation);
        assertEquals(List.of(Outcome.SUCCESSFUL), steps.entrySet().stream().filter(step -> step.getKey().startsWith("Connect with "))
                .map(step -> step.getValue().getOutcome()).toList());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testWrongPassword(final Proxy.Type type) throws Exception {
        start(type, PASSWORD);
        site.use(type, proxy.port(), USER, "wrong-secret");
        final IoTHubException failure = failedAttempt();
        assertEquals(FailureCategory.INVALID_CONFIGURATION, failure.getCategory());
        assertText(failure, "does not accept the user name and password. Check both in Proxy Configuration Service");
        assertFalse(withCauses(failure).contains("secret"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "NTLM                                        | NTLM",
        "Negotiate;NTLM                              | Negotiate, NTLM",
        "Negotiate, NTLM                             | Negotiate, NTLM",
        "NTLM TlRMTVNTUAACAAAA==                     | NTLM",
        "Digest realm=\"a, Basic b\", qop=auth, nonce=\"x\" | Digest",
        "Kerberos                                    | Kerberos"})
    void testLoginThatIsNotSupported(final String challenges, final String schemes) throws Exception {
        start(Proxy.Type.HTTP, PASSWORD).challenges(challenges.split(";"));
        site.use(Proxy.Type.HTTP, proxy.port(), USER, "wrong-secret");
        final IoTHubException failure = failedAttempt();
        assertEquals(FailureCategory.INVALID_CONFIGURATION, failure.getCategory());
        assertText(failure, "asks for %s, which is not supported here".formatted(schemes));
        assertText(failure, "Ask who runs the proxy to accept Basic or to let [hub.plant.invalid:8883] pass without a login");
        assertFalse(failure.getMessage().contains("does not accept the user name"), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "Negotiate, NTLM, Basic realm=\"plant\"", "NTLM;basic realm=\"a, b\"", "Digest realm=\"x\", Basic"})
    void testBasicAmongOtherLogins(final String challenges) throws Exception {
        start(Proxy.Type.HTTP, PASSWORD).challenges(challenges.split(";"));
        site.use(Proxy.Type.HTTP, proxy.port(), USER, "wrong-secret");
        assertText(failedAttempt(), "does not accept the user name and password. Check both in Proxy Configuration Service");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testMissingCredentials(final Proxy.Type type) throws Exception {
        start(type, PASSWORD);
        site.use(type, proxy.port(), null, null);
        assertText(failedAttempt(), "asks for a user name and password. Set both in Proxy Configuration Service");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testForbiddenPort(final Proxy.Type type) throws Exception {
        start(type, null).forbid(8883);
        site.use(type, proxy.port(), null, null);
        final IoTHubException failure = failedAttempt();
        assertEquals(FailureCategory.INVALID_CONFIGURATION, failure.getCategory());
        assertText(failure, "does not allow [hub.plant.invalid:8883]");
        assertText(failure, "choose MQTT over WebSocket");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testNameThatTheProxyDoesNotKnowEither(final Proxy.Type type) throws Exception {
        start(type, null);
        site.use(type, proxy.port(), null, null);
        site.set(ConnectionProperties.GATEWAY_HOST_NAME, "gone.plant.invalid");
        final IoTHubException failure = failedAttempt();
        assertEquals(FailureCategory.NOT_CONNECTED, failure.getCategory());
        assertText(failure, "finds no way to [gone.plant.invalid:8883]");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testProxyIsDown(final Proxy.Type type) throws Exception {
        start(type, null).close();
        site.use(type, proxy.port(), null, null);
        final IoTHubException failure = failedAttempt();
        assertEquals(FailureCategory.NOT_CONNECTED, failure.getCategory());
        assertText(failure, "cannot be reached: Connection refused");
    }

    @ParameterizedTest
    @CsvSource({"HTTP, SOCKS", "SOCKS, HTTP"})
    void testProxyOfAnotherType(final Proxy.Type configured, final Proxy.Type real) throws Exception {
        start(real, null);
        site.use(configured, proxy.port(), null, null);
        final IoTHubException failure = failedAttempt();
        assertTrue(failure.getMessage().contains("type (HTTP or SOCKS)") || failure.getMessage().contains("SOCKS 5 proxy"), failure.getMessage());
    }

    @Test
    void testDirectConfigurationAsksNoProxy() throws Exception {
        start(Proxy.Type.HTTP, null);
        site.use(Proxy.Type.DIRECT, proxy.port(), null, null);
        site.set(ConnectionProperties.GATEWAY_HOST_NAME, "localhost:" + site.emulator.mqttPort());
        site.enable();
        site.publish();
        assertEquals(List.of(), proxy.asked());
    }

    @Test
    void testRegistrationGoesThroughTheProxyToo() throws Exception {
        start(Proxy.Type.HTTP, PASSWORD);
        site.use(Proxy.Type.HTTP, proxy.port(), USER, PASSWORD);
        site.enableWithProvisioning();
        site.publish();
        assertEquals(List.of("hub.plant.invalid:8883", "hub.plant.invalid:" + site.emulator.mqttPort()), proxy.asked());
        assertEquals(1, site.emulator.telemetry().count());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void testVerify(final Proxy.Type type) {
        start(type, PASSWORD);
        site.use(type, proxy.port(), USER, PASSWORD);
        final Map<String, ConfigVerificationResult> steps = site.verify();
        assertEquals(List.of("Resolve Host Name", "Open TCP Connection", "Ask Proxy", "Perform TLS Handshake", "Compare Clocks", "Create Credentials",
                "Connect with the primary key"), List.copyOf(steps.keySet()));
        assertEquals(List.of(Outcome.SUCCESSFUL), steps.values().stream().map(ConfigVerificationResult::getOutcome).distinct().toList());
        assertTrue(steps.get("Resolve Host Name").getExplanation().startsWith("[localhost]"));
        assertTrue(steps.get("Ask Proxy").getExplanation().contains("[hub.plant.invalid:8883]"));
    }

    @Test
    void testVerifyNamesWrongPassword() {
        start(Proxy.Type.HTTP, PASSWORD);
        site.use(Proxy.Type.HTTP, proxy.port(), USER, "wrong-secret");
        final Map<String, ConfigVerificationResult> steps = site.verify();
        assertEquals(List.of("Resolve Host Name", "Open TCP Connection", "Ask Proxy"), List.copyOf(steps.keySet()));
        final String explanation = steps.get("Ask Proxy").getExplanation();
        assertEquals(Outcome.FAILED, steps.get("Ask Proxy").getOutcome());
        assertTrue(explanation.contains("does not accept the user name and password"), explanation);
        assertTrue(explanation.endsWith("Command: curl -v --proxy http://localhost:%d --proxy-user USER https://hub.plant.invalid:8883/".formatted(proxy.port())),
                explanation);
        assertFalse(explanation.contains("secret"));
    }

    @Test
    void testVerifyNamesProxyThatIsDown() {
        start(Proxy.Type.HTTP, null).close();
        site.use(Proxy.Type.HTTP, proxy.port(), null, null);
        final ConfigVerificationResult result = site.verify().get("Open TCP Connection");
        assertEquals(Outcome.FAILED, result.getOutcome());
        assertTrue(result.getExplanation().contains("Check host and port in Proxy Configuration Service"), result.getExplanation());
    }

    @Test
    void testVerifyNamesIssuerThatIsNotTrusted() {
        start(Proxy.Type.SOCKS, null);
        site.use(Proxy.Type.SOCKS, proxy.port(), null, null);
        site.trustJavaOnly();
        final Map<String, ConfigVerificationResult> steps = site.verify();
        assertEquals(Outcome.SUCCESSFUL, steps.get("Ask Proxy").getOutcome());
        final String explanation = steps.get("Perform TLS Handshake").getExplanation();
        assertTrue(explanation.contains(site.emulator.trustAnchor().getSubjectX500Principal().getName()), explanation);
        assertTrue(explanation.contains("curl -v --proxy socks5h://localhost:" + proxy.port()), explanation);
    }

    @Test
    void testVerifyProvisioning() {
        start(Proxy.Type.HTTP, null);
        site.use(Proxy.Type.HTTP, proxy.port(), null, null);
        final Map<String, ConfigVerificationResult> steps = site.verifyProvisioning();
        assertEquals(List.of("Read Credentials", "Reach Proxy", "Ask Proxy", "Perform TLS Handshake", "Connect"), List.copyOf(steps.keySet()));
        assertEquals(List.of(Outcome.SUCCESSFUL), steps.values().stream().map(ConfigVerificationResult::getOutcome).distinct().toList());

        proxy.forbid(8883);
        final ConfigVerificationResult refused = site.verifyProvisioning().get("Ask Proxy");
        assertEquals(Outcome.FAILED, refused.getOutcome());
        assertTrue(refused.getExplanation().contains("does not allow [hub.plant.invalid:8883]"), refused.getExplanation());
    }

    private ProxyServer start(final Proxy.Type type, final String password) {
        proxy = site.start(type == Proxy.Type.HTTP ? ProxyServer.http() : ProxyServer.socks());
        return password == null ? proxy : proxy.credentials(USER, password);
    }

    private IoTHubException failedAttempt() throws InterruptedException {
        try (DeviceConnection connection = site.enable().acquire(ProxiedServices.IDENTITY)) {
            while (connection.getStatus().state() != ConnectionState.WAITING || site.bulletins().isEmpty()) {
                connection.awaitConnected(Duration.ofMillis(10));
                LockSupport.parkNanos(1_000_000);
            }
            final IoTHubException failure = connection.getStatus().findLastFailure().orElseThrow();
            assertTrue(site.bulletins().getFirst().contains("[%s://localhost:%d]".formatted(failure.getMessage().contains("[socks5h") ? "socks5h" : "http",
                    proxy.port())), site.bulletins().getFirst());
            return failure;
        }
    }

    private static void assertText(final IoTHubException failure, final String part) {
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    private static String withCauses(final Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).map(Throwable::toString).collect(Collectors.joining("\n"));
    }
}
