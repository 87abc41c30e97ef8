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
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CertificateManagementTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().freshPerTest().build();

    private static final String PLANT = "/emulator/certificates/plant";

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final CertificateAuthority root = CertificateAuthority.root("Plant Root");

    @Test
    void testProofOfPossession() throws IOException, InterruptedException {
        final JsonNode added = json(send("PUT", PLANT, body(root.certificate())));
        assertFalse(added.at("/properties/isVerified").asBoolean());
        assertEquals(Thumbprint.sha1(root.certificate()).hex(), added.at("/properties/thumbprint").asText());

        final String code = json(send("POST", PLANT + "/generateVerificationCode", "")).at("/properties/verificationCode").asText();
        final X509Certificate wrong = root.issue(CertificateProfile.client("another code")).certificate();
        assertEquals(400, send("POST", PLANT + "/verify", body(wrong)).statusCode());
        final X509Certificate proof = root.issue(CertificateProfile.client(code)).certificate();
        assertTrue(json(send("POST", PLANT + "/verify", body(proof))).at("/properties/isVerified").asBoolean());

        assertTrue(HUB.emulator().hub().authorities().issuerOf(root.issue(CertificateProfile.client("press-4")).chain()).isPresent());
        assertEquals(204, send("DELETE", PLANT, "").statusCode());
        assertEquals(404, send("GET", PLANT, "").statusCode());
    }

    @Test
    void testBadCertificates() throws IOException, InterruptedException {
        final X509Certificate leaf = root.issue(CertificateProfile.client("press-4")).certificate();

        assertEquals(400, send("PUT", PLANT, body(leaf)).statusCode());
        assertEquals(400, send("PUT", PLANT, "{\"certificate\":\"no PEM\"}").statusCode());
        assertEquals(404, send("POST", PLANT + "/generateVerificationCode", "").statusCode());
        assertEquals("[]", send("GET", "/emulator/certificates", "").body());
    }

    private String body(final X509Certificate certificate) throws IOException {
        return mapper.writeValueAsString(Map.of("certificate", Pem.certificates(List.of(certificate))));
    }

    private JsonNode json(final HttpResponse<String> response) throws IOException {
        assertEquals(200, response.statusCode(), response.body());
        return mapper.readTree(response.body());
    }

    private HttpResponse<String> send(final String method, final String path, final String body) throws IOException, InterruptedException {
        final URI uri = URI.create("http://localhost:" + HUB.emulator().managementPort() + path);
        return http.send(HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
