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
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The provisioning service API at its own paths. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProvisioningServiceApiTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private IoTHubEmulator hub;
    private DpsEmulator dps;

    @BeforeEach
    void start() throws IOException {
        hub = IoTHubEmulator.builder().start();
        dps = DpsEmulator.builder().hub(hub).limits(ProvisioningLimits.withoutWaiting()).startBesideHub();
    }

    @AfterEach
    void close() {
        dps.close();
        hub.close();
    }

    @Test
    void testIndividualEnrollment() throws Exception {
        final JsonNode created = json(200, send("PUT", "/enrollments/press-4",
                "{'registrationId':'press-4','deviceId':'four','attestation':{'type':'symmetricKey','symmetricKey':{'primaryKey':'" + KEY + "'}},"
                        + "'allocationPolicy':'static','iotHubs':['localhost']}"));
        assertEquals("enabled", created.get("provisioningStatus").asText());
        assertEquals("static", created.get("allocationPolicy").asText());
        assertEquals("{\"type\":\"symmetricKey\"}", created.get("attestation").toString());
        final JsonNode mechanism = json(200, send("POST", "/enrollments/press-4/attestationmechanism", ""));
        assertEquals(KEY, mechanism.at("/symmetricKey/primaryKey").asText());
        assertEquals(44, mechanism.at("/symmetricKey/secondaryKey").asText().length());
        assertError(409201, send("PUT", "/enrollments/press-4", "{}"));
        assertError(412001, send("PUT", "/enrollments/press-4", "{}", "If-Match", "\"AAAA\""));
        assertError(404201, send("PUT", "/enrollments/nobody", "{}", "If-Match", "*"));

        assertEquals("four", DpsClient.register(dps, hub.trustAnchor(), "press-4", KEY).get("deviceId").asText());
        assertEquals("assigned", json(200, send("GET", "/registrations/PRESS-4", "")).get("status").asText());
        assertEquals("four", json(200, send("GET", "/enrollments/press-4", "")).at("/registrationState/deviceId").asText());
        assertEquals(204, send("DELETE", "/registrations/press-4", "").statusCode());
        assertError(404201, send("GET", "/registrations/press-4", ""));
        assertError(412001, send("DELETE", "/enrollments/press-4", "", "If-Match", "\"AAAA\""));
        assertEquals(204, send("DELETE", "/enrollments/press-4", "", "If-Match", created.get("etag").asText()).statusCode());
        assertError(404201, send("GET", "/enrollments/press-4", ""));
    }

    @Test
    void testGroupOfDerivedKeys() throws Exception {
        json(200, send("PUT", "/enrollmentGroups/plant", "{'attestation':{'type':'symmetricKey','symmetricKey':{'primaryKey':'','secondaryKey':''}}}"));
        final String key = json(200, send("POST", "/enrollmentgroups/plant/attestationmechanism", "")).at("/symmetricKey/primaryKey").asText();
        DpsClient.register(dps, hub.trustAnchor(), "sn-1", SasToken.derivedKey(key, "sn-1"));
        final HttpResponse<String> registered = send("POST", "/registrations/plant/query", "{}");
        assertEquals(List.of("sn-1"), json(200, registered).findValuesAsText("registrationId"));
        final HttpResponse<String> found = send("POST", "/enrollmentGroups/query", "{'query':'SELECT * FROM enrollmentGroups'}");
        assertEquals("plant", json(200, found).at("/0/enrollmentGroupId").asText());
        assertEquals("enrollmentGroup", found.headers().firstValue("x-ms-item-type").orElseThrow());
        assertEquals("plant", json(200, send("GET", "/emulator/dps/enrollmentGroups/plant", "")).get("enrollmentGroupId").asText());
    }

    @Test
    void testGroupOfASigningCertificate() throws Exception {
        final String pem = Pem.certificates(List.of(CertificateAuthority.root("Plant Root").certificate()));
        final String encoded = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        final String body = mapper.writeValueAsString(Map.of("attestation", Map.of("type", "x509", "x509",
                Map.of("signingCertificates", Map.of("primary", Map.of("certificate", encoded))))));
        json(200, send("PUT", "/enrollmentGroups/plant", body));
        assertTrue(dps.service().authorities().find("plant").orElseThrow().verified());
    }

    @Test
    void testBulk() throws Exception {
        final String two = "'enrollments':[{'registrationId':'a','attestation':{'type':'symmetricKey'}},{'registrationId':'b','attestation':{'type':'tpm'}}]";
        final JsonNode created = json(200, send("POST", "/enrollments", "{'mode':'create'," + two + "}"));
        assertFalse(created.get("isSuccessful").asBoolean());
        assertEquals("b", created.at("/errors/0/registrationId").asText());
        assertEquals(400004, created.at("/errors/0/errorCode").asInt());
        final HttpResponse<String> found = send("POST", "/enrollments/query", "{'query':'*'}");
        assertEquals(List.of("a"), json(200, found).findValuesAsText("registrationId"));
        assertTrue(json(200, send("POST", "/enrollments", "{'mode':'delete','enrollments':[{'registrationId':'a'}]}")).get("isSuccessful").asBoolean());
        assertError(400004, send("POST", "/enrollments", "{'mode':'create','enrollments':[]}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a%20b | {}", "a. | {}", "ok | {'registrationId':'other'}", "ok | {'attestation':{'type':'tpm'}}", "ok | {'attestation':{'type':'x509'}}",
        "ok | {'attestation':{'symmetricKey':{'primaryKey':'not Base64!'}}}", "ok | {'provisioningStatus':'maybe'}", "ok | {'allocationPolicy':'nearest'}",
        "ok | {'allocationPolicy':'static'}", "ok | {'initialTwin':{'tags':{'a':1}}}", "ok | {'capabilities':{'iotEdge':true}}", "ok | []",
        "ok | {'allocationPolicy':'custom','customAllocationDefinition':{'webhookUrl':'https://localhost'}}", "ok | {'deviceId':'a b'}",
        "ok | {'attestation':{'type':'x509','x509':{'clientCertificates':{'primary':{'certificate':'AAAA'}}}}}"})
    void testWhatTheServiceDoesNotTakeIsRefused(final String id, final String body) throws Exception {
        final HttpResponse<String> response = send("PUT", "/enrollments/" + id, body);
        assertError(400004, response);
        assertFalse(response.body().contains("not Base64!"), response.body());
        assertTrue(dps.enrollments().individuals().isEmpty());
    }

    private JsonNode json(final int status, final HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        return mapper.readTree(response.body());
    }

    private void assertError(final int code, final HttpResponse<String> response) throws IOException {
        final JsonNode body = json(code / 1000, response);
        assertEquals(code, body.get("errorCode").asInt());
        assertTrue(body.hasNonNull("message") && body.hasNonNull("trackingId") && body.hasNonNull("timestampUtc"), response.body());
    }

    private HttpResponse<String> send(final String method, final String path, final String body, final String... headers)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.managementPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (headers.length > 0) {
            request.headers(headers);
        }

        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
