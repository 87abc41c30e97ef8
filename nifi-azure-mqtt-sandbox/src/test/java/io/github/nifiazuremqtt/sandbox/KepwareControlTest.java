/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KepwareControlTest {

    private static final Duration DEFAULT = Duration.ofSeconds(60);

    private KepwareSimulator simulator;
    private KepwareControl control;

    @BeforeEach
    void start() throws Exception {
        simulator = new KepwareSimulator(URI.create("http://127.0.0.1:1/"), Clock.systemUTC(), 1);
        simulator.start(DEFAULT);
        control = new KepwareControl(simulator, DEFAULT);
    }

    @AfterEach
    void stop() {
        control.close();
        simulator.close();
    }

    @Test
    void testSettings() throws Exception {
        assertEquals(200, send("PUT", "/settings", "{\"samplingSeconds\":0.5,\"$version\":3}").statusCode());
        assertEquals(Duration.ofMillis(500), simulator.interval());
        assertEquals(200, send("PUT", "/settings", "{\"samplingSeconds\":null}").statusCode());
        assertEquals(DEFAULT, simulator.interval());
    }

    @Test
    void testSettingsThatMakeNoSense() throws Exception {
        for (final String body : new String[]{"{\"samplingSeconds\":0}", "{\"samplingSeconds\":\"5\"}", "{\"samplingSeconds\":3601}", "{", ""}) {
            final HttpResponse<String> response = send("PUT", "/settings", body);
            assertEquals(body.isEmpty() ? 200 : 400, response.statusCode(), response.body());
        }
        assertEquals(405, send("POST", "/settings", "{\"samplingSeconds\":5}").statusCode());
        assertEquals(DEFAULT, simulator.interval());
    }

    @Test
    void testReboot() throws Exception {
        assertEquals("{\"message\":\"KEPServerEX reboots in 3 s\"}", send("POST", "/reboot", "{\"delay\":3}").body());
        assertEquals(200, send("POST", "/reboot", "").statusCode());
        assertEquals(400, send("POST", "/reboot", "{\"delay\":-1}").statusCode());
    }

    private HttpResponse<String> send(final String method, final String path, final String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(control.address().resolve(path)).method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
