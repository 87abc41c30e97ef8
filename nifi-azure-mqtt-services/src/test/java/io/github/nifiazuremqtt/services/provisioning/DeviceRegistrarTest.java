/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.TlsSettings;
import io.github.nifiazuremqtt.services.provisioning.FakeProvisioningServer.Packet;
import io.github.nifiazuremqtt.services.provisioning.FakeProvisioningServer.Reply;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DeviceRegistrarTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final String NEWER = "2026-11-02-preview";

    private static final String CLASSIC = "2019-03-31";

    private static final RegistrarSettings SETTINGS = new RegistrarSettings(
            new ServerEndpoint("dps.example", 8883, new TlsSettings(new NoTrust(), null), null, null, Duration.ofSeconds(10)), "0ne00000001", "product/1.0",
            Duration.ofMinutes(1));

    private final VirtualThreads threads = new VirtualThreads();

    private final List<CredentialTarget> targets = new ArrayList<>();

    private List<DeviceCredential> credentials = List.of(new Key("primary key"));

    private FakeProvisioningServer server;

    private DeviceRegistrar registrar;

    @Test
    void testRegister() {
        start(packet -> packet.isRegister() ? assigning(3) : polls() < 2 ? assigning(4) : assigned(packet));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");

        threads.advance(Duration.ofSeconds(6));
        assertFalse(outcome.isDone());
        threads.advance(Duration.ofSeconds(1));

        final ProvisioningResult result = outcome.join();
        assertEquals("hub.example", result.hostName());
        assertEquals("device-of-sn-007", result.deviceId());
        assertEquals("5.0", result.operationId());
        assertEquals(List.of("CONNECT", "SUBSCRIBE $dps/registrations/res/#",
                "PUBLISH $dps/registrations/PUT/iotdps-register/?$rid=1", "PUBACK",
                "PUBLISH $dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=5.0", "PUBACK",
                "PUBLISH $dps/registrations/GET/iotdps-get-operationstatus/?$rid=3&operationId=5.0", "PUBACK",
                "DISCONNECT"), server.packetTexts());
        assertEquals("{\"registrationId\":\"sn-007\"}", server.packets.get(2).payload());
        assertEquals("sn-007", server.connects.getFirst().clientId());
        assertEquals("0ne00000001/registrations/sn-007/api-version=2026-11-02-preview&ClientVersion=product%2F1.0", server.connects.getFirst().userName());
        assertEquals("token of primary key", server.connects.getFirst().password());
        assertTrue(server.connects.getFirst().cleanSession());
        assertEquals(List.of(CredentialTarget.registration("0ne00000001", "sn-007")), targets);
    }

    @Test
    void testRegisterInvalidContentNeverConnects() {
        start(packet -> assigned(packet));

        assertEquals(FailureCategory.INVALID_CONTENT, failure(register("sn 007")).getCategory());
        assertTrue(server.packets.isEmpty());
    }

    @Test
    void testSecondaryKeyAfterUnauthorized() {
        credentials = List.of(new Key("primary key"), new Key("secondary key"));
        start(packet -> server.connects.size() == 1 ? unauthorized() : assigned(packet));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(1));

        assertEquals("sn-007", outcome.join().registrationId());
        assertEquals("token of secondary key", server.connects.getLast().password());
        assertEquals(1, server.mostOpen);
        assertTrue(server.open.isEmpty());
    }

    @Test
    void testVersionRefusedAtConnectIsRememberedForAll() {
        start(packet -> assigned(packet));
        server.connectFailures.add(MqttSessionException.refused(5));
        final CompletableFuture<ProvisioningResult> first = register("sn-1");
        threads.advance(Duration.ofSeconds(1));
        assertEquals("sn-1", first.join().registrationId());
        register("sn-2");
        threads.advance(Duration.ofSeconds(1));

        assertEquals(List.of(NEWER, CLASSIC, CLASSIC), versions());
        threads.advance(Duration.ofHours(1));
        register("sn-3");
        threads.advance(Duration.ofSeconds(1));
        assertEquals(NEWER, versions().getLast());
    }

    @Test
    void testVersionRefusedAtRegistration() {
        start(packet -> versions().getLast().equals(NEWER) ? new Reply(400, "", "{\"errorCode\":400004}") : assigned(packet));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-1");
        threads.advance(Duration.ofSeconds(1));
        assertEquals("sn-1", outcome.join().registrationId());
        register("sn-2");
        threads.advance(Duration.ofSeconds(1));
        assertEquals(List.of(NEWER, CLASSIC, CLASSIC), versions());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void testBadCredentialsAreNotTakenForTheVersion(final boolean atConnect) {
        start(packet -> packet.clientId().equals("bad") ? unauthorized() : assigned(packet));
        if (atConnect) {
            server.connectFailures.addAll(List.of(MqttSessionException.refused(5), MqttSessionException.refused(5)));
        }
        assertEquals(FailureCategory.UNAUTHORIZED, failureAfter(register("bad")).getCategory());
        register("sn-1");
        threads.advance(Duration.ofSeconds(1));
        assertEquals(atConnect ? List.of(NEWER, CLASSIC, NEWER) : List.of(NEWER, NEWER), versions());

        server.connectFailures.add(MqttSessionException.refused(5));
        assertEquals(FailureCategory.UNAUTHORIZED, failureAfter(register("bad")).getCategory());
        assertEquals(NEWER, versions().getLast());
    }

    private IoTHubException failureAfter(final CompletableFuture<ProvisioningResult> outcome) {
        threads.advance(Duration.ofSeconds(1));
        return failure(outcome);
    }

    private List<String> versions() {
        return server.connects.stream().map(connect -> connect.userName().replaceAll(".*api-version=([^&]*).*", "$1")).toList();
    }

    @Test
    void testBothKeysUnauthorized() {
        credentials = List.of(new Key("primary key"), new Key("secondary key"));
        start(packet -> unauthorized());
        server.connectFailures.add(MqttSessionException.refused(5));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(1));

        final IoTHubException failure = failure(outcome);
        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertTrue(failure.getMessage().contains("did not accept the primary key or the secondary key (401000"), failure.getMessage());
    }

    @Test
    void testCredentialsThatCannotBe() {
        credentials = List.of();
        start(packet -> assigned(packet));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.settle();

        assertEquals(FailureCategory.INVALID_CONFIGURATION, failure(outcome).getCategory());
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_HOST,NOT_CONNECTED,Global Endpoint",
        "UNREACHABLE,NOT_CONNECTED,MQTT over WebSocket",
        "TLS,NOT_CONNECTED,SSL Context Service",
        "TIMED_OUT,TIMED_OUT,did not answer",
        "CLOSED,CONNECTION_LOST,ended before"
    })
    void testConnectFailure(final MqttSessionException.Kind kind, final FailureCategory category, final String cure) {
        start(packet -> assigned(packet));
        server.connectFailures.add(new MqttSessionException(kind, "because", null));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.settle();

        assertEquals(category, failure(outcome).getCategory());
        assertTrue(failure(outcome).getMessage().startsWith("Registration [sn-007]: "));
        assertTrue(failure(outcome).getMessage().contains(cure), failure(outcome).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"3,SERVER_ERROR", "5,UNAUTHORIZED", "4,UNAUTHORIZED", "2,UNAUTHORIZED"})
    void testConnectRefused(final int returnCode, final FailureCategory category) {
        start(packet -> assigned(packet));
        server.connectFailures.addAll(List.of(MqttSessionException.refused(returnCode), MqttSessionException.refused(returnCode)));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(1));

        assertEquals(category, failure(outcome).getCategory());
        assertTrue(failure(outcome).getMessage().contains("(CONNACK %d)".formatted(returnCode)), failure(outcome).getMessage());
    }

    @Test
    void testConnectionLostWhileAssigning() {
        start(packet -> assigning(3));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(1));
        server.open.iterator().next().drop();
        threads.settle();

        assertEquals(FailureCategory.CONNECTION_LOST, failure(outcome).getCategory());
    }

    @Test
    void testAnswerMissing() {
        start(packet -> null);
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(30));

        assertEquals(FailureCategory.TIMED_OUT, failure(outcome).getCategory());
        assertTrue(server.open.isEmpty());
    }

    @Test
    void testRegistrationTimeoutNamesWhatWasGoingOn() {
        start(packet -> assigning(3));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(59));
        assertFalse(outcome.isDone());
        threads.advance(Duration.ofSeconds(1));

        assertEquals(FailureCategory.TIMED_OUT, failure(outcome).getCategory());
        assertEquals("Registration [sn-007]: not complete in time, it was still waiting for the device to be assigned", failure(outcome).getMessage());
        assertTrue(server.open.isEmpty());
    }

    @Test
    void testTimeoutOfCallerIncludesWaitingForTurn() {
        start(packet -> throttled(50));
        register("sn-001");
        threads.advance(Duration.ofSeconds(1));
        final CompletableFuture<ProvisioningResult> outcome = registrar.register(new ProvisioningRequest("sn-002", new byte[0]), Duration.ofSeconds(5));
        threads.advance(Duration.ofSeconds(5));

        assertEquals(FailureCategory.TIMED_OUT, failure(outcome).getCategory());
        assertEquals("Registration [sn-002]: not complete in time, it was still waiting for its turn", failure(outcome).getMessage());
        assertEquals(1, server.connects.size());
    }

    @Test
    void testThrottledRegisterHoldsBackOtherRegistrations() {
        start(packet -> server.packets.stream().filter(Packet::isRegister).count() == 1 ? throttled(20) : assigned(packet));
        final CompletableFuture<ProvisioningResult> first = register("sn-001");
        threads.advance(Duration.ofSeconds(1));
        final CompletableFuture<ProvisioningResult> second = register("sn-002");
        threads.advance(Duration.ofSeconds(18));
        assertEquals(1, server.connects.size());
        threads.advance(Duration.ofSeconds(2));

        assertEquals("sn-001", first.join().registrationId());
        assertEquals("sn-002", second.join().registrationId());
    }

    @Test
    void testThrottledPollDoesNotHoldBackRegistrations() {
        start(packet -> packet.isRegister() && packet.clientId().equals("sn-001") ? assigning(2) : packet.isPoll() ? throttled(20) : assigned(packet));
        register("sn-001");
        threads.advance(Duration.ofSeconds(3));
        final CompletableFuture<ProvisioningResult> second = register("sn-002");
        threads.settle();

        assertTrue(second.isDone());
    }

    @Test
    void testThrottledLongerThanTimeLeftFailsAtOnce() {
        start(packet -> throttled(61));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.settle();

        assertEquals(FailureCategory.THROTTLED, failure(outcome).getCategory());
        assertTrue(server.open.isEmpty());
    }

    @Test
    void testSameRegistrationTwiceNeverOpenTwice() {
        start(packet -> packet.isRegister() ? assigning(3) : assigned(packet));
        final CompletableFuture<ProvisioningResult> first = register("sn-007");
        final CompletableFuture<ProvisioningResult> second = register("SN-007");
        final CompletableFuture<ProvisioningResult> other = register("sn-008");
        threads.advance(Duration.ofSeconds(4));
        assertTrue(first.isDone() && other.isDone());
        assertFalse(second.isDone());
        threads.advance(Duration.ofSeconds(3));

        assertTrue(second.isDone());
        assertEquals(2, server.mostOpen);
    }

    @Test
    void testCancelEndsSession() {
        start(packet -> assigning(3));
        final CompletableFuture<ProvisioningResult> outcome = register("sn-007");
        threads.advance(Duration.ofSeconds(1));
        outcome.cancel(false);
        threads.advance(Duration.ofSeconds(30));

        assertEquals("DISCONNECT", server.packetTexts().getLast());
    }

    @Test
    void testThousandsKeepLimitsOfService() {
        start(packet -> packet.isRegister() ? assigning(3) : assigned(packet));
        final List<CompletableFuture<ProvisioningResult>> outcomes = new ArrayList<>();
        for (int device = 0; device < 3000; device++) {
            outcomes.add(register("sn-" + device));
        }
        threads.advance(Duration.ofMinutes(4));

        assertTrue(outcomes.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
        assertEquals(3000, outcomes.stream().filter(CompletableFuture::isDone).count());
        assertTrue(server.mostOpen <= DeviceRegistrar.MAXIMUM_SESSIONS);
        assertTrue(server.open.isEmpty());
        assertTrue(mostPerMinute(Packet::isRegister) <= 1000);
        assertTrue(mostPerMinute(Packet::isPoll) <= 1000);
    }

    @Test
    void testCloseFailsWhatIsGoingOnAndWhatComesLater() throws Exception {
        try (StandardRegistrarThreads real = new StandardRegistrarThreads("registrar-test")) {
            server = new FakeProvisioningServer(real::nanoTime, packet -> assigning(60));
            registrar = new DeviceRegistrar(resources(real));
            final CompletableFuture<ProvisioningResult> pending = register("sn-007");
            registrar.close();

            assertEquals(FailureCategory.CLOSED, assertInstanceOf(IoTHubException.class,
                    assertThrows(ExecutionException.class, () -> pending.get(10, TimeUnit.SECONDS)).getCause()).getCategory());
            assertEquals(FailureCategory.CLOSED, failure(register("sn-008")).getCategory());
            assertTrue(server.closed);
            assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().startsWith("registrar-test")));
        }
    }

    private void start(final Function<Packet, Reply> script) {
        server = new FakeProvisioningServer(threads::nanoTime, script);
        registrar = new DeviceRegistrar(resources(threads));
    }

    private RegistrarResources resources(final RegistrarThreads used) {
        final SessionPlanner planner = new SessionPlanner(SETTINGS, target -> {
            targets.add(target);
            return credentials;
        });
        return new RegistrarResources(used, RequestPace.of(used::nanoTime), planner, server, SETTINGS.registrationTimeout(), () -> 1,
                new ApiVersionChoice(used::nanoTime));
    }

    private CompletableFuture<ProvisioningResult> register(final String registrationId) {
        return registrar.register(new ProvisioningRequest(registrationId, new byte[0]), TIMEOUT);
    }

    private long polls() {
        return server.packets.stream().filter(Packet::isPoll).count();
    }

    private long mostPerMinute(final Predicate<Packet> kind) {
        final List<Long> times = server.packets.stream().filter(kind).map(Packet::time).toList();
        return times.stream()
                .mapToLong(start -> times.stream().filter(time -> time >= start && time - start < Duration.ofMinutes(1).toNanos()).count())
                .max().orElse(0);
    }

    private static IoTHubException failure(final CompletableFuture<ProvisioningResult> outcome) {
        assertTrue(outcome.isDone());
        return assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, outcome::get).getCause());
    }

    private static Reply assigning(final int retryAfter) {
        return new Reply(202, "&retry-after=" + retryAfter, "{\"operationId\":\"5.0\",\"status\":\"assigning\"}");
    }

    private static Reply assigned(final Packet packet) {
        return new Reply(200, "", """
                {"operationId":"5.0","status":"assigned","registrationState":{"assignedHub":"hub.example","deviceId":"device-of-%s"}}"""
                .formatted(packet.clientId()));
    }

    private static Reply throttled(final int retryAfter) {
        return new Reply(429, "&retry-after=" + retryAfter, "{\"errorCode\":429001}");
    }

    private static Reply unauthorized() {
        return new Reply(401, "", "{\"errorCode\":401000,\"message\":\"Unauthorized\"}");
    }

    private record Key(String label) implements DeviceCredential {

        @Override
        public String getLabel() {
            return label;
        }

        @Override
        public Optional<AccessToken> createAccessToken() {
            return Optional.of(new AccessToken("token of " + label, Instant.MAX));
        }

        @Override
        public Optional<X509ExtendedKeyManager> findKeyManager() {
            return Optional.empty();
        }
    }

    private static final class NoTrust implements X509TrustManager {

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
