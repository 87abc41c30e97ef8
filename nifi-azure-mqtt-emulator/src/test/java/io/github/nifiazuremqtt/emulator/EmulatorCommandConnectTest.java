/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.command.RunningCommand;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line prints is enough to connect, and tells why one cannot. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EmulatorCommandConnectTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path directory;

    @Test
    void testPrintedPolicyOpensTheServiceApi() throws Exception {
        try (RunningCommand run = RunningCommand.start(directory)) {
            final JsonNode started = run.started();
            final Map<String, String> owner = Arrays.stream(started.at("/policies/localhost/iothubowner").asText().split(";", 3))
                    .collect(Collectors.toMap(part -> part.substring(0, part.indexOf('=')), part -> part.substring(part.indexOf('=') + 1)));
            final String token = SasToken.sign(owner.get("HostName"), owner.get("SharedAccessKey"), Instant.now().plusSeconds(600),
                    owner.get("SharedAccessKeyName")).text();
            final X509Certificate anchor = Pem.readCertificates(Files.readString(directory.resolve("ca.pem"))).getFirst();
            try (HttpClient client = HttpClient.newBuilder().sslContext(RawMqttClient.trusting(anchor)).build()) {
                final HttpResponse<String> devices = client.send(HttpRequest.newBuilder(URI.create("https://" + owner.get("HostName") + "/devices"))
                        .header("Authorization", token).build(), HttpResponse.BodyHandlers.ofString());
                assertEquals(200, devices.statusCode(), devices.body());
            }
        }
    }

    @Test
    void testRefusalIsToldInASentence() throws Exception {
        try (RunningCommand run = RunningCommand.start(directory, "--device=pump-1=" + KEY)) {
            final int port = run.started().get("mqttPort").asInt();
            final X509Certificate anchor = Pem.readCertificates(Files.readString(directory.resolve("ca.pem"))).getFirst();
            final String token = SasToken.sign("localhost:" + port + "/devices/pump-1", KEY, Instant.now().plusSeconds(600), "").text();
            try (RawMqttClient client = new RawMqttClient(RawMqttClient.tlsSocket(anchor, port))) {
                assertEquals(0, client.connectWith(connect("pump-1", "localhost:" + port, token)),
                        "a port in the user name and in the token");
                client.subscribe(1, "factory/#", 1);
                run.await("SUBSCRIBE to an undocumented filter [factory/#]");
            }

            try (RawMqttClient client = new RawMqttClient(RawMqttClient.tlsSocket(anchor, port))) {
                assertEquals(5, client.connectWith(connect("pump-9", "localhost", token)));
                run.await("the token is for [localhost%3A" + port + "%2Fdevices%2Fpump-1]");
            }

            assertTrue(run.output().contains("documented are devices/{device}/messages/devicebound/#"), run.output());
            assertFalse(run.output().contains("row "), run.output());
        }
    }

    private static RawMqttClient.Connect connect(final String deviceId, final String host, final String token) {
        return new RawMqttClient.Connect(deviceId, host + "/" + deviceId + "/?api-version=2021-04-12", token, 4, 0, 60, null);
    }
}
