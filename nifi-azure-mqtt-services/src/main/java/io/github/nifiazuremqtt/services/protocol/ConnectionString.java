/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The connection string of a device or module as the portal shows it:
 * {@code HostName=..;DeviceId=..[;ModuleId=..](;SharedAccessKey=..|;SharedAccessSignature=..|;x509=true)[;GatewayHostName=..]}.
 *
 * @param host      hub
 * @param identity  device or module
 * @param proof     what the identity proves itself with
 * @param secret    key or token: a secret; null for a certificate
 * @param gateway   IoT Edge gateway to connect to, or null
 */
public record ConnectionString(HostAddress host, DeviceIdentity identity, Proof proof, String secret, HostAddress gateway) {

    private static final String HOST_NAME = "HostName";

    private static final String DEVICE_ID = "DeviceId";

    private static final String MODULE_ID = "ModuleId";

    private static final String KEY = "SharedAccessKey";

    private static final String KEY_NAME = "SharedAccessKeyName";

    private static final String SIGNATURE = "SharedAccessSignature";

    private static final String X509 = "x509";

    private static final String GATEWAY_HOST_NAME = "GatewayHostName";

    private static final int LONGEST_NAME = 21;

    private static final Set<String> NAMES = Set.of(HOST_NAME, DEVICE_ID, MODULE_ID, KEY, KEY_NAME, SIGNATURE, X509, GATEWAY_HOST_NAME);

    /**
     * @throws WireFormatException with what is wrong, naming parts by their names and never by a value that may be secret
     */
    public static ConnectionString parse(final String text) {
        final Map<String, String> parts = split(text);
        if (parts.containsKey(KEY_NAME)) {
            throw new WireFormatException("Connection string is that of a shared access policy (it has a %s), not of a device: ".formatted(KEY_NAME)
                    + "take the device's from the portal, or use the strategy Shared Access Policy");
        }

        final DeviceIdentity identity = new DeviceIdentity(require(parts, DEVICE_ID), parts.get(MODULE_ID));
        final HostAddress host = HostAddress.parse(require(parts, HOST_NAME));
        final HostAddress gateway = parts.containsKey(GATEWAY_HOST_NAME) ? HostAddress.parse(parts.get(GATEWAY_HOST_NAME)) : null;
        final boolean certificate = parts.containsKey(X509) && parseBoolean(parts.get(X509));
        final long proofs = (certificate ? 1 : 0) + (parts.containsKey(KEY) ? 1 : 0) + (parts.containsKey(SIGNATURE) ? 1 : 0);
        if (proofs != 1) {
            throw new WireFormatException("Connection string of [%s] needs exactly one of %s, %s and %s=true, it has %d"
                    .formatted(identity, KEY, SIGNATURE, X509, proofs));
        }

        if (certificate) {
            return new ConnectionString(host, identity, Proof.CERTIFICATE, null, gateway);
        }

        return parts.containsKey(KEY)
                ? new ConnectionString(host, identity, Proof.KEY, parts.get(KEY), gateway)
                : new ConnectionString(host, identity, Proof.SIGNATURE, parts.get(SIGNATURE), gateway);
    }

    public Optional<HostAddress> findGateway() {
        return Optional.ofNullable(gateway);
    }

    /**
     * @return the connection string with its secret left out
     */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("%s=%s;%s=%s".formatted(HOST_NAME, host, DEVICE_ID, identity.deviceId()));
        identity.module().ifPresent(module -> text.append(';').append(MODULE_ID).append('=').append(module));
        text.append(switch (proof) {
            case KEY -> ";" + KEY + "=***";
            case SIGNATURE -> ";" + SIGNATURE + "=***";
            case CERTIFICATE -> ";" + X509 + "=true";
        });
        findGateway().ifPresent(address -> text.append(';').append(GATEWAY_HOST_NAME).append('=').append(address));
        return text.toString();
    }

    private static Map<String, String> split(final String text) {
        final Map<String, String> canonicalNames = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        NAMES.forEach(name -> canonicalNames.put(name, name));
        final Map<String, String> parts = new LinkedHashMap<>();
        for (final String part : text.strip().split(";")) {
            if (part.isBlank()) {
                continue;
            }

            final int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new WireFormatException("Text is not a connection string: expected HostName=..;DeviceId=..;SharedAccessKey=..");
            }

            final String givenName = part.substring(0, equals).strip();
            final String name = canonicalNames.get(givenName);
            if (name == null) {
                throw new WireFormatException(isShowable(givenName)
                        ? "Connection string has an unknown part named \"%s\"".formatted(givenName)
                        : "Text is not a connection string: expected HostName=..;DeviceId=..;SharedAccessKey=..");
            }

            final String value = part.substring(equals + 1).strip();
            if (value.isEmpty()) {
                throw new WireFormatException("Connection string has no value for %s".formatted(name));
            }

            if (parts.put(name, value) != null) {
                throw new WireFormatException("Connection string has %s twice".formatted(name));
            }
        }

        return parts;
    }

    /**
     * A key pasted in place of a connection string ends with {@code =} and looks like a name; the shortest key is longer than any name.
     */
    private static boolean isShowable(final String name) {
        return name.length() <= LONGEST_NAME && name.chars().allMatch(Character::isLetter);
    }

    private static String require(final Map<String, String> parts, final String name) {
        final String value = parts.get(name);
        if (value == null) {
            throw new WireFormatException("Connection string has no %s".formatted(name));
        }

        return value;
    }

    private static boolean parseBoolean(final String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new WireFormatException("Connection string has a value other than true or false for %s".formatted(X509));
        };
    }

    /** The three things that an identity of a hub can prove itself with. */
    public enum Proof {
        KEY,
        SIGNATURE,
        CERTIFICATE
    }
}
