/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A PUBLISH that a client has got. */
record Publication(String topic, String payload, int qos, int packetId, boolean duplicate) {

    static Publication read(final RawMqttClient client) throws IOException {
        return of(client.read());
    }

    static Publication of(final RawMqttClient.Packet packet) throws IOException {
        if ((packet.header() & 0xF0) != 0x30) {
            throw new IOException("Not a PUBLISH: " + packet);
        }

        final int qos = packet.header() >> 1 & 0x03;
        final int length = packet.packetId();
        final int idLength = qos == 0 ? 0 : 2;
        final byte[] body = packet.body();
        final int packetId = qos == 0 ? 0 : (body[2 + length] & 0xFF) << 8 | body[3 + length] & 0xFF;
        final int payload = 2 + length + idLength;
        return new Publication(new String(body, 2, length, StandardCharsets.UTF_8),
                new String(body, payload, body.length - payload, StandardCharsets.UTF_8), qos, packetId, (packet.header() & 0x08) != 0);
    }
}
