/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

    private static final String NO_CONNECTION_STRING = "Text is not a connection string: expected HostName=..;DeviceId=..;SharedAccessKey=..";

    private static final List<String> NAMES = List.of(HOST_NAME, DEVICE_ID, MODULE_ID, KEY, KEY_NAME, SIGNATURE, X509, GATEWAY_HOST_NAME);

    /** Parts of other connection strings of Azure. Only names of this list are repeated: what else looks like a name may be a piece of a key. */
    private static final Map<String, String> FOREIGN_NAMES = Map.of("EntityPath", "Event Hubs", "Endpoint", "Event Hubs or Service Bus", "AccountName",
            "a storage account", "AccountKey", "a storage account", "DefaultEndpointsProtocol", "a storage account", "EndpointSuffix", "a storage account",
            "InstrumentationKey", "Application Insights", "IngestionEndpoint", "Application Insights");

    private static final PastedText PASTED = new PastedText("Connection string",
            Pattern.compile("(?:%s|%s)\\s*=".formatted(String.join("|", NAMES), String.join("|", FOREIGN_NAMES.keySet())), Pattern.CASE_INSENSITIVE));

    /**
     * Reads a connection string, also in quotation marks, as a line of an environment file, and in the JSON of {@code az}.
     *
     * @throws WireFormatException with what is wrong, naming parts by their names and never by a value that may be secret
     */
    public static ConnectionString parse(final String text) {
        final Map<String, String> parts = split(text);
        if (parts.containsKey(KEY_NAME)) {
            throw new WireFormatException("Connection string is that of a shared access policy (it has a %s), not of a device: ".formatted(KEY_NAME)
                    + "take the device's from the portal, or use the strategy Shared Access Policy");
        }

        final DeviceIdentity identity = new DeviceIdentity(require(parts, DEVICE_ID), parts.get(MODULE_ID));
        IdentityRules.findProblem(identity).ifPresent(problem -> {
            throw new WireFormatException("Connection string: " + problem);
        });
        final HostAddress host = parseHost(HOST_NAME, require(parts, HOST_NAME));
        final HostAddress gateway = parts.containsKey(GATEWAY_HOST_NAME) ? parseHost(GATEWAY_HOST_NAME, parts.get(GATEWAY_HOST_NAME)) : null;
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
        final String[] given = PASTED.unwrap(text).split(";");
        for (int index = 0; index < given.length; index++) {
            if (PastedText.compact(given[index]).isEmpty()) {
                continue;
            }

            final int equals = given[index].indexOf('=');
            if (equals <= 0) {
                throw new WireFormatException(parts.isEmpty() ? NO_CONNECTION_STRING
                        : "Connection string has a part without name, number %d of %d: was it copied whole?".formatted(index + 1, given.length));
            }

            final String givenName = PastedText.compact(given[index].substring(0, equals));
            final String name = canonicalNames.get(givenName);
            if (name == null) {
                throw new WireFormatException(describeUnknown(givenName, index + 1, given.length));
            }

            final String value = given[index].substring(equals + 1).strip();
            if (value.isEmpty()) {
                throw new WireFormatException("Connection string has no value for %s".formatted(name));
            }
            if (parts.put(name, value) != null) {
                throw new WireFormatException("Connection string has %s twice".formatted(name));
            }
        }

        return parts;
    }

    private static String describeUnknown(final String name, final int number, final int count) {
        return FOREIGN_NAMES.entrySet().stream()
                .filter(foreign -> foreign.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(foreign -> "Connection string has an unknown part named \"%s\", as those of %s have: take the one of the device or module"
                        .formatted(foreign.getKey(), foreign.getValue()))
                .orElseGet(() -> number == 1 ? NO_CONNECTION_STRING
                        : "Connection string has an unknown part, number %d of %d, with a name of %d characters: its parts are %s"
                                .formatted(number, count, name.length(), String.join(", ", NAMES)));
    }

    private static HostAddress parseHost(final String name, final String value) {
        try {
            return HostAddress.parse(value);
        } catch (final WireFormatException e) {
            throw new WireFormatException("Connection string, %s: %s".formatted(name, e.getMessage()));
        }
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
