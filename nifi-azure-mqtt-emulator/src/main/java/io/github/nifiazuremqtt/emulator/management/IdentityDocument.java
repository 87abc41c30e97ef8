/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityDetails;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request says about an identity.
 *
 * @param enabled whether it may connect
 * @param authentication how it proves itself
 * @param details the rest
 */
record IdentityDocument(boolean enabled, Authentication authentication, IdentityDetails details) {

    private static final int LONGEST_STATUS_REASON = 128;

    /**
     * Reads the body of a request. Keys that are missing or empty are those of before, or new ones.
     *
     * @param body JSON of the service API
     * @param key device or module
     * @param before the identity as it is, null for a new one
     * @throws IllegalArgumentException if a hub does not take it
     */
    static IdentityDocument read(final JsonNode body, final IdentityKey key, final RegisteredIdentity before) {
        requireSame(body, "deviceId", key.deviceId());
        requireSame(body, "moduleId", key.moduleId());
        final Authentication kept = before == null ? Authentication.newKeys() : before.authentication();
        return new IdentityDocument(enabled(body), authentication(body.path("authentication"), kept), details(body, key));
    }

    private static void requireSame(final JsonNode body, final String field, final String expected) {
        final String value = text(body, field);
        if (!value.isEmpty() && !value.equals(expected)) {
            throw new IllegalArgumentException("The field [%s] says [%s], the request is about [%s]".formatted(field, value, expected));
        }
    }

    private static boolean enabled(final JsonNode body) {
        final String status = text(body, "status");
        return switch (status) {
            case "", "enabled" -> true;
            case "disabled" -> false;
            default -> throw new IllegalArgumentException("The status [%s] is neither enabled nor disabled".formatted(status));
        };
    }

    private static Authentication authentication(final JsonNode node, final Authentication kept) {
        final JsonNode keys = node.path("symmetricKey");
        final JsonNode thumbprints = node.path("x509Thumbprint");
        final String type = text(node, "type");
        return switch (type.isEmpty() ? kept.type().apiName() : type) {
            case "sas" -> {
                final Authentication basis = kept.type() == Authentication.Type.SAS ? kept : Authentication.newKeys();
                yield Authentication.keys(key(keys, "primaryKey", basis.primary()), key(keys, "secondaryKey", basis.secondary()));
            }
            case "selfSigned" -> selfSigned(text(thumbprints, "primaryThumbprint"), text(thumbprints, "secondaryThumbprint"), kept);
            case "certificateAuthority" -> Authentication.certificateAuthority();
            default -> throw new IllegalArgumentException(
                    "The authentication type [%s] is none of sas, selfSigned, certificateAuthority".formatted(type));
        };
    }

    private static String key(final JsonNode keys, final String field, final String kept) {
        final String key = text(keys, field);
        if (key.isEmpty()) {
            return kept;
        }

        IdentityRules.requireKey(key);
        return key;
    }

    private static Authentication selfSigned(final String primary, final String secondary, final Authentication kept) {
        if (primary.isEmpty() && secondary.isEmpty()) {
            if (kept.type() == Authentication.Type.SELF_SIGNED) {
                return kept;
            }

            throw new IllegalArgumentException("selfSigned needs the thumbprint of a certificate");
        }

        return Authentication.thumbprints(thumbprint(primary), thumbprint(secondary));
    }

    private static String thumbprint(final String text) {
        return text.isEmpty() ? "" : new Thumbprint(text).hex();
    }

    private static IdentityDetails details(final JsonNode body, final IdentityKey key) {
        final String reason = text(body, "statusReason");
        if (reason.length() > LONGEST_STATUS_REASON) {
            throw new IllegalArgumentException("The status reason has %d characters, %d at most".formatted(reason.length(), LONGEST_STATUS_REASON));
        }

        final boolean iotEdge = body.path("capabilities").path("iotEdge").asBoolean();
        if (iotEdge && key.isModule()) {
            throw new IllegalArgumentException("A module is no IoT Edge device");
        }

        final List<String> parents = new ArrayList<>();
        body.path("parentScopes").forEach(scope -> parents.add(scope.asText()));
        return new IdentityDetails(reason, iotEdge, text(body, "deviceScope"), List.copyOf(parents));
    }

    private static String text(final JsonNode parent, final String field) {
        final JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }

        if (!node.isTextual()) {
            throw new IllegalArgumentException("The field [%s] is not a string".formatted(field));
        }

        return node.asText();
    }
}
