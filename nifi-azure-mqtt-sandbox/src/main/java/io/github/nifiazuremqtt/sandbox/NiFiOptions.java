/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a NiFi is started.
 *
 * @param webPort          port of the canvas and of the REST API on loopback, 0 for a free one
 * @param heap             largest heap, as in {@code -Xmx}
 * @param logLevels        level by logger name, in addition to those that NiFi ships with
 * @param properties       entries of nifi.properties that replace the defaults of the sandbox
 * @param systemProperties system properties of the process
 */
public record NiFiOptions(int webPort, String heap, Map<String, String> logLevels, Map<String, String> properties, Map<String, String> systemProperties) {

    public static final NiFiOptions DEFAULT = new NiFiOptions(0, "1g", Map.of(), Map.of(), Map.of());

    public NiFiOptions {
        logLevels = Map.copyOf(logLevels);
        properties = Map.copyOf(properties);
        systemProperties = Map.copyOf(systemProperties);
    }

    public NiFiOptions withWebPort(final int port) {
        return new NiFiOptions(port, heap, logLevels, properties, systemProperties);
    }

    public NiFiOptions withHeap(final String size) {
        return new NiFiOptions(webPort, size, logLevels, properties, systemProperties);
    }

    public NiFiOptions withLogLevel(final String logger, final String level) {
        return new NiFiOptions(webPort, heap, with(logLevels, logger, level), properties, systemProperties);
    }

    public NiFiOptions withProperty(final String name, final String value) {
        return new NiFiOptions(webPort, heap, logLevels, with(properties, name, value), systemProperties);
    }

    public NiFiOptions withSystemProperty(final String name, final String value) {
        return new NiFiOptions(webPort, heap, logLevels, properties, with(systemProperties, name, value));
    }

    private static Map<String, String> with(final Map<String, String> entries, final String name, final String value) {
        final Map<String, String> more = new LinkedHashMap<>(entries);
        more.put(name, value);
        return more;
    }
}
