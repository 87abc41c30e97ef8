/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Makes, changes, starts, stops and deletes what is in one process group. Components are named by their id.
 */
public final class FlowEditor {

    private static final Duration STATE_LIMIT = Duration.ofSeconds(120);

    private static final Duration VALIDATION_LIMIT = Duration.ofSeconds(30);

    private static final int GRID = 250;

    private final NiFiRest rest;
    private final String group;
    private int components;

    FlowEditor(final NiFiRest rest, final String group) {
        this.rest = rest;
        this.group = group;
    }

    /** Id of the process group. */
    public String group() {
        return group;
    }

    public String createProcessor(final ProcessorSettings settings) {
        final ObjectNode entity = NiFiRest.newEntity();
        final ObjectNode component = entity.putObject("component");
        settings.writeTo(component);
        component.putObject("position").put("x", components % 4 * GRID * 2).put("y", components / 4 * GRID);
        components++;
        return rest.post("process-groups/" + group + "/processors", entity).path("id").asText();
    }

    /**
     * @param type class name
     */
    public String createService(final String type, final Map<String, String> properties) {
        final ObjectNode entity = NiFiRest.newEntity();
        entity.putObject("component").put("type", type);
        final String id = rest.post("process-groups/" + group + "/controller-services", entity).path("id").asText();
        updateService(id, properties);
        return id;
    }

    public String connect(final String source, final String destination, final String... relationships) {
        return connect(source, destination, 10_000, relationships);
    }

    /**
     * @param capacity FlowFiles at which back pressure begins; 0 for none
     */
    public String connect(final String source, final String destination, final int capacity, final String... relationships) {
        return connect(source, destination, capacity, List.of(), relationships);
    }

    /** A connection without back pressure that gives FlowFiles out in the order in which they came. */
    public String connectInOrder(final String source, final String destination, final String... relationships) {
        return connect(source, destination, 0, List.of("org.apache.nifi.prioritizer.FirstInFirstOutPrioritizer"), relationships);
    }

    private String connect(final String source, final String destination, final int capacity, final List<String> prioritizers, final String... relationships) {
        final ObjectNode entity = NiFiRest.newEntity();
        final ObjectNode component = entity.putObject("component");
        component.putObject("source").put("id", source).put("groupId", group).put("type", "PROCESSOR");
        component.putObject("destination").put("id", destination).put("groupId", group).put("type", "PROCESSOR");
        component.put("backPressureObjectThreshold", capacity).put("backPressureDataSizeThreshold", capacity == 0 ? "0 B" : "1 GB");
        prioritizers.forEach(component.putArray("prioritizers")::add);
        List.of(relationships).forEach(component.putArray("selectedRelationships")::add);
        return rest.post("process-groups/" + group + "/connections", entity).path("id").asText();
    }

    /** Changes properties of a stopped processor. */
    public void updateProcessor(final String processor, final Map<String, String> properties) {
        rest.update("processors/" + processor, component -> {
            final ObjectNode values = component.putObject("config").putObject("properties");
            properties.forEach(values::put);
        });
    }

    /** Changes properties of a disabled service. */
    public void updateService(final String service, final Map<String, String> properties) {
        rest.update("controller-services/" + service, component -> {
            final ObjectNode values = component.putObject("properties");
            properties.forEach(values::put);
        });
    }

    public void enableService(final String service) throws InterruptedException, TimeoutException {
        awaitValid("controller-services/" + service);
        setServiceState(service, "ENABLED");
    }

    public void disableService(final String service) throws InterruptedException, TimeoutException {
        setServiceState(service, "DISABLED");
    }

    private void setServiceState(final String service, final String state) throws InterruptedException, TimeoutException {
        final String path = "controller-services/" + service;
        rest.put(path + "/run-status", NiFiRest.withRevision(rest.get(path)).put("state", state));
        Await.until("service " + service + " " + state, STATE_LIMIT, () -> state.equals(rest.get(path).path("component").path("state").asText()));
    }

    /** Starts a processor; fails with NiFi's reasons if it is not valid. */
    public void startProcessor(final String processor) throws InterruptedException, TimeoutException {
        awaitValid("processors/" + processor);
        setProcessorState(processor, "RUNNING");
        Await.until("processor " + processor + " runs", STATE_LIMIT, () -> "Running".equals(runStatus(processor).path("runStatus").asText()));
    }

    /** Triggers a processor one time. */
    public void runProcessorOnce(final String processor) throws InterruptedException, TimeoutException {
        awaitValid("processors/" + processor);
        final int before = countTasks(processor);
        setProcessorState(processor, "RUN_ONCE");
        // It counts as stopped also before its task begins, and another order to run would be forgotten then.
        Await.until("processor " + processor + " has run", STATE_LIMIT, () -> countTasks(processor) > before);
        awaitStopped(processor);
    }

    private int countTasks(final String processor) {
        return runStatus(processor).path("taskCount").asInt();
    }

    /** Stops a processor and waits until its last task has ended. */
    public void stopProcessor(final String processor) throws InterruptedException, TimeoutException {
        setProcessorState(processor, "STOPPED");
        awaitStopped(processor);
    }

    private void setProcessorState(final String processor, final String state) {
        final String path = "processors/" + processor;
        rest.put(path + "/run-status", NiFiRest.withRevision(rest.get(path)).put("state", state));
    }

    private void awaitStopped(final String processor) throws InterruptedException, TimeoutException {
        Await.until("processor " + processor + " stopped", STATE_LIMIT, () -> {
            final JsonNode status = runStatus(processor);
            return !"Running".equals(status.path("runStatus").asText()) && status.path("activeThreadCount").asInt() == 0;
        });
    }

    private JsonNode runStatus(final String processor) {
        return rest.get("processors/" + processor).path("status").path("aggregateSnapshot");
    }

    private void awaitValid(final String path) throws InterruptedException, TimeoutException {
        try {
            Await.until("validation", VALIDATION_LIMIT, () -> "VALID".equals(component(path).path("validationStatus").asText()));
        } catch (final TimeoutException e) {
            throw new IllegalStateException(path + " is not valid: " + component(path).path("validationErrors"), e);
        }
    }

    private JsonNode component(final String path) {
        return rest.get(path).path("component");
    }

    /** Enables every service and then starts every processor of the group; fails with NiFi's reasons if one is not valid. */
    public void startAll() throws InterruptedException, TimeoutException {
        enableServices();
        for (final JsonNode processor : processors()) {
            awaitValid("processors/" + processor.path("id").asText());
        }

        setAllProcessors("RUNNING");
        Await.until("all processors run", STATE_LIMIT, () -> processors().stream()
                .allMatch(processor -> "Running".equals(processor.path("status").path("aggregateSnapshot").path("runStatus").asText())));
    }

    /** Enables every service of the group and of the groups in it; fails with NiFi's reasons if one is not valid. */
    public void enableServices() throws InterruptedException, TimeoutException {
        try {
            setAllServices("ENABLED");
        } catch (final TimeoutException e) {
            throw new IllegalStateException("Not all services are enabled: " + services().stream()
                    .map(service -> service.path("component"))
                    .filter(service -> !"ENABLED".equals(service.path("state").asText()))
                    .map(service -> service.path("name").asText() + " " + service.path("state").asText() + " " + service.path("validationErrors"))
                    .toList(), e);
        }
    }

    /** Stops every processor of the group and of the groups in it, and disables every service. */
    public void stopAll() throws InterruptedException, TimeoutException {
        setAllProcessors("STOPPED");
        Await.until("all tasks ended", STATE_LIMIT, () -> status().path("activeThreadCount").asInt() == 0);
        disableServices();
    }

    /** Disables every service of the group and of the groups in it; nothing that runs may use them. */
    public void disableServices() throws InterruptedException, TimeoutException {
        setAllServices("DISABLED");
    }

    private void setAllServices(final String state) throws InterruptedException, TimeoutException {
        final String path = "flow/process-groups/" + group + "/controller-services";
        rest.put(path, NiFiRest.MAPPER.createObjectNode().put("id", group).put("state", state));
        Await.until("all services " + state, STATE_LIMIT, () -> services().stream()
                .allMatch(service -> state.equals(service.path("component").path("state").asText())));
    }

    private void setAllProcessors(final String state) {
        rest.put("flow/process-groups/" + group, NiFiRest.MAPPER.createObjectNode().put("id", group).put("state", state));
    }

    private JsonNode status() {
        return rest.get("flow/process-groups/" + group + "/status?recursive=true").path("processGroupStatus").path("aggregateSnapshot");
    }

    /** The services of the group, as NiFi describes them. */
    public List<JsonNode> services() {
        return list(rest.get("flow/process-groups/" + group + "/controller-services?includeAncestorGroups=false&includeDescendantGroups=true")
                .path("controllerServices"));
    }

    /** The processors of the group, as NiFi describes them. */
    public List<JsonNode> processors() {
        return list(rest.get("process-groups/" + group + "/processors").path("processors"));
    }

    /** Id of the first processor or service of the group with this name. */
    public String find(final String name) {
        return Stream.concat(processors().stream(), services().stream())
                .filter(entity -> name.equals(entity.path("component").path("name").asText()))
                .map(entity -> entity.path("id").asText())
                .findFirst().orElseThrow(() -> new IllegalArgumentException("Nothing named [%s] in the group [%s]".formatted(name, group)));
    }

    private static List<JsonNode> list(final JsonNode array) {
        return array instanceof final ArrayNode elements ? List.copyOf(elements.valueStream().toList()) : List.of();
    }

    public void deleteProcessor(final String processor) {
        rest.deleteComponent("processors/" + processor);
    }

    public void deleteConnection(final String connection) {
        rest.deleteComponent("connections/" + connection);
    }

    /** Drops the FlowFiles of every queue of the group. */
    public void emptyQueues() throws InterruptedException, TimeoutException {
        rest.runJob("process-groups/" + group + "/empty-all-connections-requests", NiFiRest.MAPPER.createObjectNode(), "dropRequest", "finished");
    }

    /** Stops everything and deletes the group with all that is in it. */
    public void delete() throws InterruptedException, TimeoutException {
        stopAll();
        emptyQueues();
        rest.deleteComponent("process-groups/" + group);
    }
}
