/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What can be seen of a running flow: queues, bulletins, provenance, counters, state, the results of a verification.
 */
public final class FlowMonitor {

    private final NiFiRest rest;

    FlowMonitor(final NiFiRest rest) {
        this.rest = rest;
    }

    /** FlowFiles in the queue of a connection, with those that a processor holds. */
    public int queued(final String connection) {
        return rest.get("flow/connections/" + connection + "/status").path("connectionStatus").path("aggregateSnapshot").path("flowFilesQueued").asInt();
    }

    /** FlowFiles in all queues of a process group and of the groups in it. */
    public int queuedInGroup(final String group) {
        return rest.get("flow/process-groups/" + group + "/status?recursive=true")
                .path("processGroupStatus").path("aggregateSnapshot").path("flowFilesQueued").asInt();
    }

    public void awaitQueued(final String connection, final int number, final Duration limit) throws InterruptedException, TimeoutException {
        final AtomicInteger seen = new AtomicInteger();
        try {
            Await.until("queue", limit, () -> {
                seen.set(queued(connection));
                return seen.get() == number;
            });
        } catch (final TimeoutException e) {
            throw new TimeoutException("%d FlowFiles expected in the queue [%s] within %d s, %s seen".formatted(
                    number, connection, limit.toSeconds(), seen));
        }
    }

    /** A FlowFile in a queue, with its attributes. At most 100 are listed. */
    public List<JsonNode> listQueue(final String connection) throws InterruptedException, TimeoutException {
        final String path = "flowfile-queues/" + connection;
        final List<JsonNode> flowFiles = new ArrayList<>();
        rest.runJob(path + "/listing-requests", NiFiRest.MAPPER.createObjectNode(), "listingRequest", "finished").path("flowFileSummaries")
                .forEach(summary -> flowFiles.add(rest.get(path + "/flowfiles/" + summary.path("uuid").asText()).path("flowFile")));
        return flowFiles;
    }

    /** Bulletins of one component that NiFi still shows (five minutes), oldest first. */
    public List<String> bulletins(final String component) {
        return messages(rest.get("flow/bulletin-board?limit=1000&sourceId=" + component));
    }

    /** All bulletins that NiFi still shows, oldest first. */
    public List<String> bulletins() {
        return messages(rest.get("flow/bulletin-board?limit=1000"));
    }

    private static List<String> messages(final JsonNode board) {
        final List<String> messages = new ArrayList<>();
        board.path("bulletinBoard").path("bulletins").forEach(bulletin -> messages.add(
                bulletin.path("bulletin").path("level").asText() + " " + bulletin.path("bulletin").path("message").asText()));
        return messages;
    }

    /**
     * @param type event type as NiFi names it (SEND, RECEIVE, DROP), or null for all
     * @return events, newest first
     */
    public List<JsonNode> provenance(final String processor, final String type, final int limit) throws InterruptedException, TimeoutException {
        final ObjectNode body = NiFiRest.MAPPER.createObjectNode();
        final ObjectNode request = body.putObject("provenance").putObject("request")
                .put("maxResults", limit).put("summarize", false).put("incrementalResults", false);
        final ObjectNode terms = request.putObject("searchTerms");
        terms.putObject("ProcessorID").put("value", processor);
        if (type != null) {
            terms.putObject("EventType").put("value", type);
        }

        final List<JsonNode> events = new ArrayList<>();
        rest.runJob("provenance", body, "provenance", "finished").path("results").path("provenanceEvents").forEach(events::add);
        return events;
    }

    /** Values of the counters of one component, by name. */
    public Map<String, Long> counters(final String component) {
        final Map<String, Long> counters = new LinkedHashMap<>();
        rest.get("counters").path("counters").path("aggregateSnapshot").path("counters").forEach(counter -> {
            if (counter.path("context").asText().contains(component)) {
                counters.put(counter.path("name").asText(), counter.path("valueCount").asLong());
            }
        });
        return counters;
    }

    /** State that a processor keeps on this node. */
    public Map<String, String> processorState(final String processor) {
        return state("processors/" + processor);
    }

    /** State that a service keeps on this node. */
    public Map<String, String> serviceState(final String service) {
        return state("controller-services/" + service);
    }

    private Map<String, String> state(final String path) {
        final Map<String, String> state = new LinkedHashMap<>();
        rest.get(path + "/state").path("componentState").path("localState").path("state")
                .forEach(entry -> state.put(entry.path("key").asText(), entry.path("value").asText()));
        return state;
    }

    /**
     * Runs the verification that the property dialog offers.
     *
     * @param attributes attributes of the FlowFile that is assumed
     */
    public List<VerificationResult> verifyProcessor(final String processor, final Map<String, String> attributes)
            throws InterruptedException, TimeoutException {
        final JsonNode properties = rest.get("processors/" + processor).path("component").path("config").path("properties");
        return verify("processors/" + processor, properties, attributes);
    }

    /** Runs the verification of a disabled service. */
    public List<VerificationResult> verifyService(final String service) throws InterruptedException, TimeoutException {
        return verify("controller-services/" + service, rest.get("controller-services/" + service).path("component").path("properties"), Map.of());
    }

    private List<VerificationResult> verify(final String path, final JsonNode properties, final Map<String, String> attributes)
            throws InterruptedException, TimeoutException {
        final ObjectNode body = NiFiRest.MAPPER.createObjectNode();
        final ObjectNode request = body.putObject("request").put("componentId", path.substring(path.indexOf('/') + 1));
        request.set("properties", properties);
        final ObjectNode values = request.putObject("attributes");
        attributes.forEach(values::put);

        final List<VerificationResult> results = new ArrayList<>();
        rest.runJob(path + "/config/verification-requests", body, "request", "complete").path("results").forEach(result -> results.add(
                new VerificationResult(result.path("outcome").asText(), result.path("verificationStepName").asText(), result.path("explanation").asText())));
        return results;
    }

    /** Heap in use, in bytes. */
    public long heapUsed() {
        return diagnostics().path("usedHeapBytes").asLong();
    }

    /** Threads of the whole NiFi process. */
    public int threads() {
        return diagnostics().path("totalThreads").asInt();
    }

    private JsonNode diagnostics() {
        return rest.get("system-diagnostics").path("systemDiagnostics").path("aggregateSnapshot");
    }

    /**
     * One line of a verification.
     *
     * @param outcome     SUCCESSFUL, FAILED or SKIPPED
     * @param step        what was verified
     * @param explanation what was found
     */
    public record VerificationResult(String outcome, String step, String explanation) {
    }
}
