/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.TrustManagerFactory;

/**
 * Connects the HiveMQ client, with nothing around it, as a device of an emulated hub.
 */
final class RawConnection {

    private RawConnection() {
    }

    static Mqtt3AsyncClient open(final IoTHubEmulator hub, final String device) throws GeneralSecurityException, IOException {
        final KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("hub", hub.trustAnchor());
        final TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trust);

        final Mqtt3AsyncClient client = MqttClient.builder().useMqttVersion3().identifier(device).serverHost("localhost").serverPort(hub.mqttPort())
                .sslConfig().trustManagerFactory(trustManagers).applySslConfig()
                .simpleAuth().username("localhost/" + device + "/?api-version=2021-04-12")
                .password(hub.token(device, Duration.ofHours(1)).getBytes(StandardCharsets.UTF_8)).applySimpleAuth()
                .buildAsync();
        client.connectWith().cleanSession(false).send().join();
        return client;
    }
}
