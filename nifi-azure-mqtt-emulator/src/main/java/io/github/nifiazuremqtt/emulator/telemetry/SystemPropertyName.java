/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** System properties of a message: the key on the wire and the name at the consumer. */
public enum SystemPropertyName {
    MESSAGE_ID("$.mid", "message-id"),
    CORRELATION_ID("$.cid", "correlation-id"),
    USER_ID("$.uid", "user-id"),
    TO("$.to", "to"),
    CONTENT_TYPE("$.ct", "content-type"),
    CONTENT_ENCODING("$.ce", "content-encoding"),
    CREATION_TIME("$.ctime", "iothub-creation-time-utc"),
    EXPIRY_TIME("$.exp", "absolute-expiry-time"),
    OUTPUT_NAME("$.on", "output-name"),
    INTERFACE_ID("$.ifid", "iothub-interface-id"),
    COMPONENT("$.sub", "dt-subject"),
    MESSAGE_SCHEMA("$.schema", "message-schema"),
    DIAGNOSTIC_ID("$.diagid", "diagnostic-id"),
    DIAGNOSTIC_CONTEXT("$.diagctx", "diagnostic-context"),
    ACKNOWLEDGEMENT("iothub-ack", "iothub-ack");

    private static final Map<String, SystemPropertyName> BY_WIRE_KEY = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(SystemPropertyName::wireKey, Function.identity()));

    /** What the hub says about a connection: no client can set it, neither by its key on the wire nor by its name at the consumer. */
    private static final Set<String> SET_BY_HUB = Set.of("$.cdid", "$.cmid", "$.iothub-connection-device-id", "$.iothub-connection-module-id",
            "$.iothub-connection-auth-method", "$.iothub-connection-auth-generation-id", "$.iothub-enqueuedtime", "$.iothub-message-source",
            "$.dt-dataschema");

    private final String wireKey;
    private final String consumerName;

    SystemPropertyName(final String wireKey, final String consumerName) {
        this.wireKey = wireKey;
        this.consumerName = consumerName;
    }

    public String wireKey() {
        return wireKey;
    }

    public String consumerName() {
        return consumerName;
    }

    /** Whether the hub writes this property itself and drops what a client gives under its decoded wire key. */
    static boolean isSetByHub(final String key) {
        return SET_BY_HUB.contains(key);
    }

    /** The name at the consumer, null if the decoded wire key is that of an application property. */
    static String consumerNameOf(final String key) {
        final SystemPropertyName known = BY_WIRE_KEY.get(key);
        if (known != null) {
            return known.consumerName;
        }

        return key.startsWith("$.") ? key : null;
    }
}
