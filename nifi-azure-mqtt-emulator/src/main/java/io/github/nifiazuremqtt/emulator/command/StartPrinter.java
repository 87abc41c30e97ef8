/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.hub.SharedAccessPolicy;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints what one needs to connect to a fresh emulator, for people or for machines. */
final class StartPrinter {

    private final PrintWriter out;
    private final IoTHubEmulator emulator;
    private final DpsEmulator provisioning;
    private final StateDirectory directory;

    StartPrinter(final PrintWriter out, final IoTHubEmulator emulator, final DpsEmulator provisioning, final StateDirectory directory) {
        this.out = out;
        this.emulator = emulator;
        this.provisioning = provisioning;
        this.directory = directory;
    }

    /** One JSON object in one line. */
    void json() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("mqttPort", emulator.mqttPort());
        fields.put("webSocketPort", emulator.webSocketPort());
        fields.put("managementPort", emulator.managementPort());
        fields.put("serviceApiPort", emulator.serviceApiPort());
        fields.put("directory", directory.path().toString());
        fields.put("caFile", directory.caFile().toString());
        fields.put("connectionStrings", connectionStrings());
        final Map<String, Map<String, String>> policies = new LinkedHashMap<>();
        emulator.hubs().forEach(hub -> policies.put(hub.name(), policies(hub)));
        fields.put("policies", policies);
        fields.put("provisioning", Map.of("idScope", provisioning.idScope(), "enrollments", keys(provisioning.enrollments().individuals()),
                "enrollmentGroups", keys(provisioning.enrollments().groups())));
        try {
            out.println(new ObjectMapper().writeValueAsString(fields));
            out.flush();
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("Strings and numbers can be written as JSON", e);
        }
    }

    void text(final Duration tokenLife) {
        out.println("IoT Hub emulator [%s]: MQTT on port %d, WebSocket on port %d".formatted(
                emulator.hostName(), emulator.mqttPort(), emulator.webSocketPort()));
        out.println("Management API on http://127.0.0.1:%d, service API on https://localhost:%d for tokens of a policy".formatted(
                emulator.managementPort(), emulator.serviceApiPort()));
        out.println("Clients have to trust %s; keys that were made up are kept beside it".formatted(directory.caFile()));
        connectionStrings().forEach((identity, connectionString) -> {
            out.println();
            out.println("%s: %s".formatted(identity, connectionString));
            if (!identity.contains("/") && connectionString.contains("SharedAccessKey=")) {
                out.println(mosquitto(identity, tokenLife));
            }
        });
        for (final IoTHub hub : emulator.hubs()) {
            out.println();
            policies(hub).forEach((policy, connectionString) -> out.println("policy %s: %s".formatted(policy, connectionString)));
        }

        out.println();
        out.println("Device Provisioning Service on the same ports, id scope %s".formatted(provisioning.idScope()));
        keys(provisioning.enrollments().individuals()).forEach((id, key) -> out.println("enrollment %s: %s".formatted(id, key)));
        keys(provisioning.enrollments().groups()).forEach((name, key) -> out.println("enrollment group %s: %s".formatted(name, key)));
        out.println();
        out.flush();
    }

    /** Of all devices and modules of the first hub; one with a certificate has no key in it. */
    private Map<String, String> connectionStrings() {
        final Map<String, String> strings = new LinkedHashMap<>();
        for (final RegisteredIdentity device : emulator.hub().registry().devices()) {
            strings.put(device.key().clientId(), connectionString(device));
            emulator.hub().registry().modules(device.key().deviceId())
                    .forEach(module -> strings.put(module.key().clientId(), connectionString(module)));
        }

        return strings;
    }

    private String connectionString(final RegisteredIdentity identity) {
        final ConnectionString connection = emulator.connectionString(emulator.hub(), identity.key());
        return identity.authentication().type() == Authentication.Type.SAS ? connection.text() : connection.textForCertificate();
    }

    /** The policy of devices is for the port of devices, the others are for the service API. */
    private Map<String, String> policies(final IoTHub hub) {
        final Map<String, String> strings = new LinkedHashMap<>();
        hub.policies().stream().sorted(Comparator.comparing(SharedAccessPolicy::name)).forEach(policy -> strings.put(policy.name(),
                policy.permissions().equals(Set.of(SharedAccessPolicy.Permission.DEVICE_CONNECT))
                        ? emulator.deviceConnectionString(hub, policy.name()) : emulator.serviceConnectionString(hub, policy.name())));
        return strings;
    }

    private static Map<String, String> keys(final Collection<Enrollment> enrollments) {
        final Map<String, String> keys = new LinkedHashMap<>();
        for (final Enrollment enrollment : enrollments) {
            final boolean key = enrollment.attestation().type() == Attestation.Type.SYMMETRIC_KEY;
            keys.put(enrollment.id(), key ? enrollment.attestation().primary() : "x509");
        }

        return keys;
    }

    private String mosquitto(final String device, final Duration tokenLife) {
        final ConnectionString connection = emulator.connectionString(device);
        final List<String> words = List.of("mosquitto_pub", "-V", "mqttv311", "-q", "1", "-h", connection.bareServer(),
                "-p", Integer.toString(emulator.mqttPort()), "--cafile", quoted(directory.caFile().toString()), "-i", quoted(device),
                "-u", quoted(connection.bareHost() + "/" + device + "/?api-version=2021-04-12"), "-P", quoted(emulator.token(device, tokenLife)),
                "-t", quoted("devices/" + device + "/messages/events/$.ct=application%2Fjson&$.ce=utf-8&site=plant%20A"), "-m", "'{\"temperature\":21.5}'");
        return String.join(" ", words);
    }

    /** A word for a shell, whatever characters it has. */
    private static String quoted(final String word) {
        return word.matches("[A-Za-z0-9./_:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
