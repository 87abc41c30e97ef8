/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.sas;

import java.util.HashMap;
import java.util.Map;

/**
 * A connection string of a device or a module.
 *
 * @param hostName host of the hub, possibly with a port
 * @param deviceId device
 * @param moduleId module, empty for a device
 * @param sharedAccessKey base64 key
 * @param gatewayHostName IoT Edge gateway to connect to, possibly with a port; empty for none
 */
public record ConnectionString(String hostName, String deviceId, String moduleId, String sharedAccessKey, String gatewayHostName) {

    public ConnectionString(final String hostName, final String deviceId, final String moduleId, final String sharedAccessKey) {
        this(hostName, deviceId, moduleId, sharedAccessKey, "");
    }

    /**
     * Reads a connection string.
     *
     * @throws IllegalArgumentException naming the part that is missing
     */
    public static ConnectionString parse(final String text) {
        final Map<String, String> parts = new HashMap<>();
        for (final String part : text.trim().split(";")) {
            final int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }

        return new ConnectionString(
                required(parts, "HostName"), required(parts, "DeviceId"), parts.getOrDefault("ModuleId", ""), required(parts, "SharedAccessKey"),
                parts.getOrDefault("GatewayHostName", ""));
    }

    /** What a token for this identity covers. */
    public String resource() {
        final String device = bareHost() + "/devices/" + deviceId;
        return moduleId.isEmpty() ? device : device + "/modules/" + moduleId;
    }

    /** The name of the hub: the host without a port. */
    public String bareHost() {
        return withoutPort(hostName);
    }

    /** The name of the server to connect to, without a port: the gateway if there is one. */
    public String bareServer() {
        return withoutPort(gatewayHostName.isEmpty() ? hostName : gatewayHostName);
    }

    /** The name of a host that may be followed by a port. */
    public static String withoutPort(final String host) {
        final int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    /** The connection string as it is pasted. */
    public String text() {
        return text(";SharedAccessKey=" + sharedAccessKey);
    }

    /** The same for an identity with a certificate. */
    public String textForCertificate() {
        return text(";x509=true");
    }

    private String text(final String credential) {
        final String module = moduleId.isEmpty() ? "" : ";ModuleId=" + moduleId;
        final String gateway = gatewayHostName.isEmpty() ? "" : ";GatewayHostName=" + gatewayHostName;
        return "HostName=" + hostName + ";DeviceId=" + deviceId + module + credential + gateway;
    }

    @Override
    public String toString() {
        return "ConnectionString[hostName=%s, deviceId=%s, moduleId=%s]".formatted(hostName, deviceId, moduleId);
    }

    private static String required(final Map<String, String> parts, final String name) {
        final String value = parts.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("The connection string has no " + name);
        }

        return value;
    }
}
