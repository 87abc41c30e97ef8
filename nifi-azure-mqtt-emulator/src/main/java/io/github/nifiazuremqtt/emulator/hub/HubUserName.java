/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.sas.PercentCoding;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The user name of a CONNECT to a hub: {@code {hub}/{d}[/{m}]/?api-version=..}, or one of its older forms.
 *
 * @param host host name of the hub as written
 * @param key device or module
 * @param query decoded query
 */
record HubUserName(String host, IdentityKey key, Map<String, String> query) {

    private static final String QUERY_START = "/?";

    static Optional<HubUserName> parse(final String text) {
        final int mark = text.indexOf(QUERY_START);
        final String[] segments = (mark < 0 ? text : text.substring(0, mark)).split("/");
        final boolean oldQuery = mark < 0 && segments.length == 3 && isQuery(segments[2]);
        final int ids = oldQuery ? segments.length - 2 : segments.length - 1;
        if (ids < 1 || ids > 2 || segments[0].isEmpty() || segments[1].isEmpty() || ids == 2 && segments[2].isEmpty()) {
            return Optional.empty();
        }

        final String query = mark >= 0 ? text.substring(mark + QUERY_START.length()) : oldQuery ? segments[2] : "";
        final IdentityKey key = ids == 2 ? IdentityKey.module(segments[1], segments[2]) : IdentityKey.device(segments[1]);
        try {
            return Optional.of(new HubUserName(segments[0], key, parameters(query)));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The API version, empty if the user name has none. */
    String apiVersion() {
        return query.getOrDefault("api-version", "");
    }

    /** The Plug and Play model id, empty if the user name has none. */
    String modelId() {
        return query.getOrDefault("model-id", "");
    }

    /** The name of the hub without the port that clients take over from their connection strings. */
    String hubName() {
        return ConnectionString.withoutPort(host).toLowerCase(Locale.ROOT);
    }

    private static boolean isQuery(final String segment) {
        return segment.startsWith("api-version=") || segment.startsWith("DeviceClientType=");
    }

    private static Map<String, String> parameters(final String query) {
        final Map<String, String> parameters = new LinkedHashMap<>();
        for (final String parameter : query.split("&")) {
            final int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(PercentCoding.decode(parameter.substring(0, equals)), PercentCoding.decode(parameter.substring(equals + 1)));
            }
        }

        return parameters;
    }
}
