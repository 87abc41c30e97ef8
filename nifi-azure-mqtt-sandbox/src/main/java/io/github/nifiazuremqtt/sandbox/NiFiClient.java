/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Drives a NiFi over its REST API, as the canvas does: process groups, flow definitions and parameters here, the rest with {@link FlowEditor} and
 * {@link FlowMonitor}.
 */
public final class NiFiClient {

    private static final String ROOT = "root";

    private final NiFiRest rest;
    private final FlowMonitor monitor;

    public NiFiClient(final URI address) {
        this.rest = new NiFiRest(address);
        this.monitor = new FlowMonitor(rest);
    }

    public URI address() {
        return rest.address();
    }

    /** Whether NiFi answers and its flow is loaded. */
    public boolean isReady() {
        try {
            return rest.get("flow/process-groups/" + ROOT).has("processGroupFlow");
        } catch (final UncheckedIOException | NiFiRequestException e) {
            return false;
        }
    }

    /** Reads what the other methods do not offer. The path is relative to {@code /nifi-api/}. */
    public JsonNode get(final String path) {
        return rest.get(path);
    }

    public FlowMonitor monitor() {
        return monitor;
    }

    public FlowEditor editor(final String group) {
        return new FlowEditor(rest, group);
    }

    /** Id of the process group that the canvas opens with. */
    public String rootGroup() {
        return rest.get("flow/process-groups/" + ROOT).path("processGroupFlow").path("id").asText();
    }

    /** Makes an empty process group. */
    public FlowEditor createGroup(final String name) {
        final ObjectNode entity = NiFiRest.newEntity();
        entity.putObject("component").put("name", name).putObject("position").put("x", 0).put("y", 0);
        return editor(rest.post("process-groups/" + rootGroup() + "/process-groups", entity).path("id").asText());
    }

    /**
     * Imports a flow definition as a process group.
     *
     * @param definition JSON, as NiFi downloads it
     */
    public FlowEditor importFlow(final String name, final String definition) {
        return importFlow(rootGroup(), 0, name, definition);
    }

    /**
     * Imports a flow definition as a process group inside of another.
     *
     * @param parent     process group
     * @param x          where it stands at the upper edge, in the units of the canvas
     * @param definition JSON, as NiFi downloads it
     */
    public FlowEditor importFlow(final String parent, final int x, final String name, final String definition) {
        final ObjectNode fields = NiFiRest.MAPPER.createObjectNode()
                .put("groupName", name).put("positionX", x).put("positionY", 0).put("clientId", "sandbox").put("disconnectedNodeAcknowledged", false);
        return editor(rest.upload("process-groups/" + parent + "/process-groups/upload", fields, definition).path("id").asText());
    }

    /** The flow definition of a process group, with the services it uses. */
    public JsonNode exportFlow(final String group) {
        return rest.get("process-groups/" + group + "/download?includeReferencedServices=true");
    }

    /** Sets parameters of the context that a process group uses; what uses them is stopped and started again by NiFi. */
    public void setParameters(final String group, final Map<String, Parameter> parameters) throws InterruptedException, TimeoutException {
        final String context = rest.get("process-groups/" + group).path("component").path("parameterContext").path("id").asText();
        final JsonNode current = rest.get("parameter-contexts/" + context);
        final ObjectNode entity = NiFiRest.withRevision(current);
        final ObjectNode component = entity.putObject("component").put("id", context).put("name", current.path("component").path("name").asText());
        writeParameters(component.putArray("parameters"), parameters);

        final JsonNode job = rest.runJob("parameter-contexts/" + context + "/update-requests", entity, "request", "complete");
        if (job.hasNonNull("failureReason")) {
            throw new IllegalStateException("Parameters not set: " + job.path("failureReason").asText());
        }
    }

    /** Makes a parameter context and has the process group use it. */
    public void createParameters(final String group, final String name, final Map<String, Parameter> parameters) {
        final ObjectNode entity = NiFiRest.newEntity();
        writeParameters(entity.putObject("component").put("name", name).putArray("parameters"), parameters);
        final String context = rest.post("parameter-contexts", entity).path("id").asText();
        rest.update("process-groups/" + group, component -> component.putObject("parameterContext").put("id", context));
    }

    private static void writeParameters(final ArrayNode array, final Map<String, Parameter> parameters) {
        parameters.forEach((name, parameter) -> array.addObject().putObject("parameter")
                .put("name", name).put("value", parameter.value()).put("sensitive", parameter.sensitive()));
    }

    /**
     * Value of a parameter.
     *
     * @param value     value
     * @param sensitive whether it is kept encrypted and never shown
     */
    public record Parameter(String value, boolean sensitive) {

        public static Parameter plain(final String value) {
            return new Parameter(value, false);
        }

        public static Parameter secret(final String value) {
            return new Parameter(value, true);
        }

        @Override
        public String toString() {
            return sensitive ? "Parameter[sensitive]" : "Parameter[" + value + "]";
        }
    }
}
