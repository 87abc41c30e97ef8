/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.nifi.controller.AbstractControllerService;

/**
 * Assigns every device at once unless told otherwise.
 */
final class FakeProvisioningService extends AbstractControllerService implements DeviceProvisioningService {

    static final String IDENTIFIER = "provisioning";

    final List<ProvisioningRequest> requests = new CopyOnWriteArrayList<>();

    final List<Duration> timeouts = new CopyOnWriteArrayList<>();

    final Map<String, IoTHubException> failures = new ConcurrentHashMap<>();

    final Map<String, CompletableFuture<ProvisioningResult>> open = new ConcurrentHashMap<>();

    @Override
    public CompletableFuture<ProvisioningResult> register(final ProvisioningRequest request, final Duration timeout) {
        requests.add(request);
        timeouts.add(timeout);
        final String registrationId = request.registrationId();
        if (open.containsKey(registrationId)) {
            return open.get(registrationId);
        }
        return failures.containsKey(registrationId)
                ? CompletableFuture.failedFuture(failures.get(registrationId)) : CompletableFuture.completedFuture(result(registrationId));
    }

    List<String> registrationIds() {
        return requests.stream().map(ProvisioningRequest::registrationId).toList();
    }

    static ProvisioningResult result(final String registrationId) {
        return new ProvisioningResult(registrationId, "hub.example:18883", "device-" + registrationId, "5.0", "initialAssignment",
                "{\"status\":\"assigned\",\"of\":\"%s\"}".formatted(registrationId).getBytes(StandardCharsets.UTF_8));
    }

    static IoTHubException failure(final FailureCategory category, final int statusCode, final String body) {
        return new IoTHubException(category, "Because " + category, new HubError(statusCode, statusCode * 1000 + 2, "t-1", body, null), null);
    }

    @Override
    public String getIdScope() {
        return "0ne00000001";
    }

    @Override
    public String getEndpointUri() {
        return "mqtts://dps.example/0ne00000001";
    }
}
