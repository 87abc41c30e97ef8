/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.PercentCoding;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a device asks of its twin.
 *
 * @param key device or module
 * @param kind get or report
 * @param requestId the {@code $rid} as received, empty if missing
 * @param version the {@code $version} as received, null if missing
 * @param body payload
 */
public record TwinRequest(IdentityKey key, Kind kind, String requestId, String version, byte[] body) {

    private static final String REQUEST_ID = "$rid";
    private static final String VERSION = "$version";

    /** Reads a topic that {@link Kind#of} knows. */
    static TwinRequest parse(final IdentityKey key, final String topic, final byte[] body) {
        final Kind kind = Kind.of(topic);
        final int mark = topic.indexOf('?');
        final Map<String, String> query = new LinkedHashMap<>();
        for (final String parameter : mark < 0 ? new String[0] : topic.substring(mark + 1).split("&")) {
            final int equals = parameter.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(name(parameter.substring(0, equals)), parameter.substring(equals + 1));
            }
        }

        return new TwinRequest(key, kind, query.getOrDefault(REQUEST_ID, ""), query.get(VERSION), body);
    }

    private static String name(final String text) {
        try {
            return PercentCoding.decode(text);
        } catch (final IllegalArgumentException e) {
            return text;
        }
    }

    /** Kinds of requests and where their topics start. */
    public enum Kind {
        GET("$iothub/twin/GET/"), REPORT("$iothub/twin/PATCH/properties/reported/");

        private final String topicStart;

        Kind(final String topicStart) {
            this.topicStart = topicStart;
        }

        /** The kind of request that a topic stands for, null if none. */
        static Kind of(final String topic) {
            for (final Kind kind : values()) {
                if (topic.startsWith(kind.topicStart)) {
                    return kind;
                }
            }

            return null;
        }
    }
}
