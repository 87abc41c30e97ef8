/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.dps.Allocation;
import io.github.nifiazuremqtt.emulator.dps.AllocationRequest;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.dps.Reprovisioning;
import io.github.nifiazuremqtt.emulator.dps.ScriptedAnswer;
import io.github.nifiazuremqtt.emulator.dps.Scripts;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Assignment, registering again, prescribed answers and the management port. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DpsEmulatorTest {

    private static final String GROUP_KEY = Authentication.newKey();
    private static final String FIRST = "localhost";
    private static final String SECOND = "127.0.0.2";
    private static final String ELSEWHERE = "127.0.0.1";

    private final ObjectMapper mapper = new ObjectMapper();
    private IoTHubEmulator hubs;
    private IoTHubEmulator elsewhere;
    private DpsEmulator dps;

    @BeforeEach
    void start() throws IOException {
        hubs = IoTHubEmulator.builder().hub(SECOND).start();
        elsewhere = IoTHubEmulator.builder().hostName(ELSEWHERE).authority(hubs.authority()).start();
        dps = DpsEmulator.builder().hub(hubs).hub(elsewhere).limits(ProvisioningLimits.withoutWaiting()).enroll(group()).start();
    }

    @AfterEach
    void stop() {
        dps.close();
        hubs.close();
        elsewhere.close();
    }

    @Test
    void testDeviceConnectsWithItsKeyToTheAssignedHub() throws Exception {
        dps.enrollments().put(group().withAllocation(Allocation.toHub(ELSEWHERE)));

        final JsonNode state = register("sn-007");

        assertEquals(ELSEWHERE + ":" + elsewhere.mqttPort(), state.get("assignedHub").asText());
        assertEquals("sn-007", state.get("deviceId").asText());
        assertEquals("initialAssignment", state.get("substatus").asText());
        assertTrue(state.has("symmetricKey"));
        final String token = SasToken.sign(ELSEWHERE + "/devices/sn-007", SasToken.derivedKey(GROUP_KEY, "sn-007"),
                hubs.clock().instant().plusSeconds(60), "").text();
        try (RawMqttClient client = RawMqttClient.open(elsewhere)) {
            assertEquals(0, client.connectWith(new RawMqttClient.Connect("sn-007", ELSEWHERE + "/sn-007/?api-version=2021-04-12", token, 4, 0, 60, null)));
        }
    }

    @Test
    void testDevicesAreSpreadAndOnlyThoseOfALostHubMove() {
        final List<String> three = List.of(FIRST, SECOND, ELSEWHERE);
        final Allocation allocation = Allocation.hashed();
        final Map<String, String> before = IntStream.range(0, 3000).boxed().collect(Collectors.toMap(
                i -> "sn-" + i, i -> allocation.allocate(new AllocationRequest("sn-" + i, null, three)).hub()));

        for (final String hub : three) {
            final long share = before.values().stream().filter(hub::equals).count();
            assertTrue(share > 850 && share < 1150, hub + " " + share);
        }

        before.forEach((id, hub) -> {
            if (!hub.equals(SECOND)) {
                assertEquals(hub, allocation.allocate(new AllocationRequest(id, null, List.of(FIRST, ELSEWHERE))).hub());
            }
        });
    }

    @Test
    void testRegisteringAgainKeepsTheHub() throws Exception {
        final JsonNode first = register("sn-007");
        final JsonNode again = register("sn-007");

        assertEquals(first.get("assignedHub"), again.get("assignedHub"));
        assertEquals("initialAssignment", again.get("substatus").asText());
        assertEquals(first.get("createdDateTimeUtc"), again.get("createdDateTimeUtc"));
        assertFalse(first.get("etag").equals(again.get("etag")));
        assertEquals(2, dps.counters().registrations("SN-007"));
    }

    @Test
    void testReassignedDeviceMoves() throws Exception {
        dps.enrollments().put(group().withAllocation(Allocation.toHub(FIRST)));
        register("sn-007");

        dps.service().reassign("sn-007", SECOND);
        assertTrue(hubs.hub(FIRST).registry().devices().isEmpty());

        final JsonNode moved = register("sn-007");
        assertEquals(SECOND + ":" + hubs.mqttPort(), moved.get("assignedHub").asText());
        assertEquals("deviceDataMigrated", moved.get("substatus").asText());
        assertTrue(hubs.hub(SECOND).registry().find(IdentityKey.device("sn-007")).isPresent());
    }

    @Test
    void testEvacuatedHubLosesItsDevicesOnly() throws Exception {
        dps.enrollments().put(group().withReprovisioning(Reprovisioning.RESET_DATA));
        dps.service().reassign("sn-1", FIRST);
        dps.service().reassign("sn-2", ELSEWHERE);
        register("sn-1");
        register("sn-2");

        dps.service().evacuate(FIRST);

        assertTrue(hubs.hub(FIRST).registry().devices().isEmpty());
        assertEquals(1, elsewhere.hub().registry().devices().size());
        final JsonNode moved = register("sn-1");
        assertEquals("deviceDataReset", moved.get("substatus").asText());
        assertFalse(moved.get("assignedHub").asText().startsWith(FIRST));
    }

    @Test
    void testDeviceThatNeverMoves() throws Exception {
        dps.enrollments().put(group().withAllocation(Allocation.toHub(FIRST)).withReprovisioning(Reprovisioning.NEVER));
        register("sn-007");
        dps.enrollments().put(group().withAllocation(Allocation.toHub(SECOND)).withReprovisioning(Reprovisioning.NEVER));

        assertEquals(FIRST + ":" + hubs.mqttPort(), register("sn-007").get("assignedHub").asText());
    }

    @Test
    void testPrescribedAnswers() throws Exception {
        dps.scripts()
                .onRegister("sn-007", ScriptedAnswer.throttled(7), 1)
                .onRegister(Scripts.ANYONE, ScriptedAnswer.error(503_001, "busy", 0), 1)
                .onPoll("sn-007", ScriptedAnswer.assigning(9), 2)
                .onPoll("sn-007", ScriptedAnswer.error(500_001, "broken", 4), 1)
                .connectionProfile("sn-007", "mqttV5");
        try (DpsClient client = DpsClient.open(dps, hubs.trustAnchor())) {
            client.start(connect("sn-007"));
            assertEquals(7, client.register("{}").retryAfter());
            final DpsClient.Answer busy = client.register("{}");
            assertEquals(503, busy.status());
            assertEquals("busy", busy.body().get("message").asText());
            assertFalse(busy.query().containsKey("retry-after"));
            final String operationId = client.register("{}").body().get("operationId").asText();
            for (int i = 0; i < 2; i++) {
                final DpsClient.Answer assigning = client.poll(operationId);
                assertEquals(202, assigning.status());
                assertEquals(9, assigning.retryAfter());
                assertEquals("assigning", assigning.body().at("/registrationState/status").asText());
            }

            assertEquals(500_001, client.poll(operationId).errorCode());
            final JsonNode state = client.poll(operationId).body().get("registrationState");
            assertEquals("assigned", state.get("status").asText());
            assertFalse(state.has("connectionProfile"));
        }
    }

    @ParameterizedTest
    @CsvSource({"2019-03-31, false", "2021-06-01, false", "2025-06-30-preview, false", "2025-07-01-preview, true", "2026-11-02-preview, true",
        "latest, false"})
    void testConnectionProfileIsForThoseThatKnowOfIt(final String apiVersion, final boolean told) throws Exception {
        dps.scripts().connectionProfile("sn-007", "mqttV5");
        try (DpsClient client = DpsClient.open(dps, hubs.trustAnchor())) {
            client.start(connect("sn-007").userName(dps.idScope() + "/registrations/sn-007/api-version=" + apiVersion));
            final JsonNode state = client.outcome(client.register("{}")).body().get("registrationState");
            assertEquals("assigned", state.get("status").asText());
            assertEquals(told ? "mqttV5" : "", state.path("connectionProfile").asText());
        }
    }

    @Test
    void testSpellingsOfOneRegistrationIdAreOneDevice() throws Exception {
        final JsonNode first = register("sn-Seven");
        for (final String spelling : List.of("SN-SEVEN", "sn-seven")) {
            final JsonNode again = register(spelling);
            assertEquals("sn-Seven", again.get("deviceId").asText());
            assertEquals(first.get("assignedHub"), again.get("assignedHub"));
            assertEquals(first.get("createdDateTimeUtc"), again.get("createdDateTimeUtc"));
        }

        assertEquals(1, dps.service().registrations().size());
        assertEquals(3, dps.counters().registrations("sn-seven"));
        assertEquals(1, Stream.concat(hubs.hubs().stream(), elsewhere.hubs().stream())
                .flatMap(hub -> hub.registry().devices().stream())
                .filter(identity -> identity.key().deviceId().equalsIgnoreCase("sn-seven")).count());
    }

    @Test
    void testSpellingsOfOneRegistrationIdHaveOneSession() throws Exception {
        try (DpsClient first = DpsClient.open(dps, hubs.trustAnchor()); DpsClient second = DpsClient.open(dps, hubs.trustAnchor())) {
            first.start(connect("sn-007"));
            final String operationId = first.register("{}").body().get("operationId").asText();
            second.start(connect("SN-007"));
            assertTrue(first.raw().isClosedSilently());
            assertEquals(200, second.poll(operationId).status());
        }
    }

    @Test
    void testPrescribedSilenceAndEnding() throws Exception {
        dps.scripts().onRegister(Scripts.ANYONE, ScriptedAnswer.silence(), 1).end("sn-007", "failed", 400_209, "not yours");
        try (DpsClient client = DpsClient.open(dps, hubs.trustAnchor())) {
            client.start(connect("sn-007"));
            client.publish("$dps/registrations/PUT/iotdps-register/?$rid=silent", "{}");
            final DpsClient.Answer answer = client.outcome(client.register("{}"));
            assertEquals(400_209, answer.body().at("/registrationState/errorCode").asInt());
        }

        dps.scripts().clear();
        assertEquals("assigned", register("sn-007").get("status").asText());
    }

    @Test
    void testResetKeepsWhatWasSetUp() throws Exception {
        register("sn-007");
        dps.enrollments().put(Enrollment.individual("sn-008", Attestation.symmetricKey()));

        dps.reset();

        assertTrue(dps.service().registrations().isEmpty());
        assertTrue(dps.enrollments().individual("sn-008").isEmpty());
        assertEquals(0, dps.counters().registrations());
        assertEquals("assigned", register("sn-007").get("status").asText());
    }

    @Test
    void testHubAndServiceBehindOnePort() throws Exception {
        try (IoTHubEmulator host = IoTHubEmulator.builder().device("dev-001").start();
                DpsEmulator guest = DpsEmulator.builder().hub(host).limits(ProvisioningLimits.withoutWaiting()).enroll(group()).startBesideHub()) {
            assertEquals(host.mqttPort(), guest.mqttPort());
            final JsonNode state = DpsClient.register(guest, host.trustAnchor(), "sn-007", SasToken.derivedKey(GROUP_KEY, "sn-007"));
            assertEquals("localhost:" + host.mqttPort(), state.get("assignedHub").asText());
            try (RawMqttClient client = RawMqttClient.open(host)) {
                assertEquals(0, client.connectWith(RawMqttClient.connect(host, "dev-001")));
            }

            assertEquals(200, send(host.managementPort(), "GET", "/emulator/dps/registrations/sn-007", "").statusCode());
        }
    }

    @Test
    void testManagement() throws Exception {
        final JsonNode enrollment = json(management("PUT", "/emulator/dps/enrollments/sn-009",
                "{\"deviceId\":\"press-9\",\"allocationPolicy\":\"custom\",\"customAllocation\":{\"iotHub\":\"127.0.0.2\",\"returnData\":{\"a\":1}}}"));
        final String key = enrollment.at("/attestation/symmetricKey/primaryKey").asText();
        assertEquals(204, management("POST", "/emulator/dps/scripts",
                "{\"on\":\"poll\",\"registrationId\":\"sn-009\",\"status\":202,\"retryAfter\":2,\"times\":3}").statusCode());

        final JsonNode state = DpsClient.register(dps, hubs.trustAnchor(), "sn-009", key);

        assertEquals("press-9", state.get("deviceId").asText());
        assertEquals(1, state.at("/payload/a").asInt());
        assertEquals("127.0.0.2", json(management("GET", "/emulator/dps/registrations/SN-009", "")).get("assignedHub").asText());
        final JsonNode counters = json(management("GET", "/emulator/dps/counters", ""));
        assertEquals(1, counters.at("/registrationsById/sn-009").asInt());
        assertEquals(4, counters.get("polls").asInt());

        assertEquals(204, management("POST", "/emulator/dps/registrations/sn-009/reassign", "{\"iotHub\":\"localhost\"}").statusCode());
        assertEquals(400, management("POST", "/emulator/dps/registrations/sn-009/reassign", "{\"iotHub\":\"nowhere\"}").statusCode());
        assertEquals("localhost:" + hubs.mqttPort(), DpsClient.register(dps, hubs.trustAnchor(), "sn-009", key).get("assignedHub").asText());
        assertEquals(204, management("DELETE", "/emulator/dps/enrollments/sn-009", "").statusCode());
        assertEquals(404, management("GET", "/emulator/dps/enrollments/sn-009", "").statusCode());
        assertEquals("plant", json(management("GET", "/emulator/dps/enrollmentGroups", "")).at("/0/enrollmentGroupId").asText());
        assertEquals(3, json(management("GET", "/emulator/dps", "")).get("hubs").size());
    }

    @Test
    void testWebSocketPathsOfTheService() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(ClientTls.context(hubs.trustAnchor(), null)).build()) {
            for (final String path : List.of("/", "/$iothub/websocket", "/mqtt")) {
                client.newWebSocketBuilder().subprotocols("mqtt").buildAsync(URI.create("wss://localhost:" + dps.webSocketPort() + path),
                        new WebSocket.Listener() { }).get(10, TimeUnit.SECONDS).abort();
            }
        }
    }

    private static Enrollment group() {
        return Enrollment.group("plant", Attestation.symmetricKey(GROUP_KEY, Authentication.newKey()));
    }

    private RawMqttClient.Connect connect(final String registrationId) {
        return DpsClient.connect(dps, registrationId, SasToken.derivedKey(GROUP_KEY, registrationId));
    }

    private JsonNode register(final String registrationId) throws Exception {
        return DpsClient.register(dps, hubs.trustAnchor(), registrationId, SasToken.derivedKey(GROUP_KEY, registrationId));
    }

    private HttpResponse<String> management(final String method, final String path, final String body) throws IOException, InterruptedException {
        return send(dps.managementPort(), method, path, body);
    }

    private static HttpResponse<String> send(final int port, final String method, final String path, final String body)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            final HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).timeout(Duration.ofSeconds(10))
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private JsonNode json(final HttpResponse<String> response) throws IOException {
        assertEquals(200, response.statusCode(), response.body());
        return mapper.readTree(response.body());
    }
}
