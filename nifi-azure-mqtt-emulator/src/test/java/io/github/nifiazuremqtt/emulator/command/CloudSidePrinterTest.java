/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloudSidePrinterTest {

    private final StringWriter out = new StringWriter();

    @Test
    void testLines() throws ServiceException {
        happen(false);
        final List<String> lines = out.toString().lines().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
        assertEquals("dev-001 message 1 [m 1]: queued", lines.get(0));
        assertEquals("dev-001 message 1 [m 1]: Purged", lines.get(1));
        assertTrue(lines.get(2).startsWith("dev-001 method reboot: 404103 DeviceNotOnline after "), lines.get(2));
    }

    @Test
    void testJson() throws ServiceException, JsonProcessingException {
        happen(true);
        final JsonNode first = new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
        assertEquals("message", first.get("event").asText());
        assertEquals("dev-001", first.get("clientId").asText());
        assertEquals("1 [m\n1]", first.get("subject").asText());
        assertEquals("queued", first.get("outcome").asText());
        assertEquals(3, out.toString().lines().count());
    }

    private void happen(final boolean json) throws ServiceException {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").build()) {
            new CloudSidePrinter(new PrintWriter(out), json, emulator.clock()).listenTo(emulator.services(emulator.hub()));
            emulator.messages().send("dev-001", CloudMessage.of("text").withMessageId("m\n1"));
            emulator.messages().purge("dev-001");
            emulator.methods().call("dev-001", "reboot", "");
        }
    }
}
