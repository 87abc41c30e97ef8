/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A processor to be made: type, properties and schedule. By default it runs as often as it can, with one task.
 *
 * @param type          class name
 * @param properties    value by property name; a null value removes the property
 * @param autoTerminate relationships that end here
 * @param tasks         concurrent tasks
 * @param period        run schedule
 * @param penalty       penalty duration
 * @param yield         yield duration; null for that of the processor
 */
public record ProcessorSettings(String type, Map<String, String> properties, List<String> autoTerminate, int tasks, String period, String penalty,
                                String yield) {

    private static final String STANDARD = "org.apache.nifi.processors.standard.";

    private static final String OURS = "io.github.nifiazuremqtt.processors.";

    /** One of NiFi's standard processors, by its simple name. */
    public static ProcessorSettings standard(final String name) {
        return ofType(STANDARD + name);
    }

    /** One of the processors of this project, by its simple name. */
    public static ProcessorSettings azure(final String name) {
        return ofType(OURS + name);
    }

    public static ProcessorSettings ofType(final String type) {
        return new ProcessorSettings(type, Map.of(), List.of(), 1, "0 sec", "30 sec", null);
    }

    public ProcessorSettings with(final String property, final String value) {
        final Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(property, value);
        return new ProcessorSettings(type, more, autoTerminate, tasks, period, penalty, yield);
    }

    public ProcessorSettings terminating(final String... relationships) {
        return new ProcessorSettings(type, properties, List.of(relationships), tasks, period, penalty, yield);
    }

    public ProcessorSettings tasks(final int number) {
        return new ProcessorSettings(type, properties, autoTerminate, number, period, penalty, yield);
    }

    public ProcessorSettings every(final String duration) {
        return new ProcessorSettings(type, properties, autoTerminate, tasks, duration, penalty, yield);
    }

    public ProcessorSettings penalty(final String duration) {
        return new ProcessorSettings(type, properties, autoTerminate, tasks, period, duration, yield);
    }

    public ProcessorSettings yield(final String duration) {
        return new ProcessorSettings(type, properties, autoTerminate, tasks, period, penalty, duration);
    }

    String name() {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    void writeTo(final ObjectNode component) {
        component.put("type", type).put("name", name());
        final ObjectNode config = component.putObject("config");
        config.put("concurrentlySchedulableTaskCount", tasks).put("schedulingPeriod", period).put("penaltyDuration", penalty);
        if (yield != null) {
            config.put("yieldDuration", yield);
        }
        autoTerminate.forEach(config.putArray("autoTerminatedRelationships")::add);
        final ObjectNode values = config.putObject("properties");
        properties.forEach(values::put);
    }
}
