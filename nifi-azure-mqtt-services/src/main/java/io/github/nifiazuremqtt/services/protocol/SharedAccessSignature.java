/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A token as the password of a CONNECT (contract section 2). The text is kept as it was given, because the signature is made over its exact spelling.
 *
 * @param text       the token: a secret
 * @param resource   {@code sr}, decoded
 * @param expiration {@code se}
 * @param policyName {@code skn}, or null
 */
public record SharedAccessSignature(String text, String resource, Instant expiration, String policyName) {

    private static final String SCHEME = "SharedAccessSignature ";

    /**
     * @param expiration seconds since 1970
     * @param signature  base64
     * @param policyName name of the shared access policy whose key signed, {@code registration} for the Device Provisioning Service, or null
     */
    public static SharedAccessSignature of(final SasResource resource, final String signature, final long expiration, final String policyName) {
        final String text = SCHEME + "sr=" + resource.encoded() + "&sig=" + PercentCoding.encode(signature) + "&se=" + expiration
                + (policyName == null ? "" : "&skn=" + PercentCoding.encode(policyName));
        return new SharedAccessSignature(text, PercentCoding.decode(resource.encoded()), Instant.ofEpochSecond(expiration), policyName);
    }

    /**
     * Reads a token in any spelling that IoT Hub takes: fields in any order, their names in any case.
     *
     * @throws WireFormatException if it is not a token; the text never holds what was given
     */
    public static SharedAccessSignature parse(final String text) {
        final String trimmed = text.strip();
        if (!trimmed.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new WireFormatException("Shared access signature does not start with \"SharedAccessSignature sr=\"");
        }

        final Map<String, String> fields = new HashMap<>();
        for (final String field : trimmed.substring(SCHEME.length()).strip().split("&", -1)) {
            final int equals = field.indexOf('=');
            if (equals <= 0) {
                throw new WireFormatException("Shared access signature has a part without name and value");
            }

            fields.put(field.substring(0, equals).toLowerCase(Locale.ROOT), field.substring(equals + 1));
        }

        require(fields, "sig");
        final String policyName = decode("skn", fields.getOrDefault("skn", ""));
        return new SharedAccessSignature(trimmed, decode("sr", require(fields, "sr")), parseExpiration(require(fields, "se")),
                policyName.isEmpty() ? null : policyName);
    }

    public Optional<String> findPolicyName() {
        return Optional.ofNullable(policyName);
    }

    /**
     * @param hostName full host name of the hub without port
     * @return true if the token opens this identity: {@code sr} is the identity's path or a parent of it, compared by whole segments
     */
    public boolean covers(final String hostName, final DeviceIdentity identity) {
        return covers(hostName.length(), SasResource.identityPath(hostName, identity));
    }

    /**
     * @return true if the token opens this registration
     */
    public boolean coversRegistration(final String idScope, final String registrationId) {
        final String path = SasResource.registrationPath(idScope, registrationId);
        return covers(path.length(), path);
    }

    @Override
    public String toString() {
        return "SharedAccessSignature[resource=%s, expiration=%s, policyName=%s]".formatted(resource, expiration, policyName);
    }

    private boolean covers(final int caseInsensitiveLength, final String path) {
        final String scope = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        final int common = Math.min(caseInsensitiveLength, scope.length());
        return scope.length() <= path.length()
                && path.regionMatches(true, 0, scope, 0, common)
                && path.startsWith(scope.substring(common), common)
                && (scope.length() == path.length() || path.charAt(scope.length()) == '/');
    }

    private static String require(final Map<String, String> fields, final String name) {
        final String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new WireFormatException("Shared access signature has no field \"%s\"".formatted(name));
        }

        return value;
    }

    private static String decode(final String name, final String value) {
        try {
            return PercentCoding.decode(value);
        } catch (final WireFormatException e) {
            throw new WireFormatException("Field \"%s\" of the shared access signature is not percent-encoded".formatted(name));
        }
    }

    private static Instant parseExpiration(final String seconds) {
        try {
            return Instant.ofEpochSecond(TopicQuery.parseNumber(seconds).orElseThrow());
        } catch (final NoSuchElementException | DateTimeException e) {
            throw new WireFormatException("Field \"se\" of the shared access signature is not a number of seconds since 1970");
        }
    }
}
