/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Registers devices with one Device Provisioning Service: a bounded number at a time, at the rate that the service takes, each in a short MQTT session of its
 * own. Registrations of one id follow each other, because a second session would end the first. Thread-safe; two threads, whatever the number of registrations.
 */
public final class DeviceRegistrar implements AutoCloseable {

    /** Enough to keep up the rate of the service while each registration takes ten seconds. */
    static final int MAXIMUM_SESSIONS = 160;

    private static final long CLOSE_SECONDS = 5;

    private final RegistrarResources resources;

    /** In the order of their arrival. Used on the thread of the registrar only, as is what is open. */
    private final Set<Registration> waiting = new LinkedHashSet<>();

    private final Map<String, Registration> open = new HashMap<>();

    private volatile boolean closed;

    DeviceRegistrar(final RegistrarResources resources) {
        this.resources = resources;
    }

    /**
     * @param name        appears in the names of the threads
     * @param credentials gives the credentials of a registration, preferred one first; may read files
     * @param sessions    makes MQTT sessions; closed with the registrar
     */
    public static DeviceRegistrar of(final String name, final RegistrarSettings settings,
                                     final Function<CredentialTarget, List<DeviceCredential>> credentials, final MqttSessionFactory sessions) {
        final RegistrarThreads threads = new StandardRegistrarThreads(name);
        return new DeviceRegistrar(new RegistrarResources(threads, RequestPace.of(threads::nanoTime), new SessionPlanner(settings, credentials), sessions,
                settings.registrationTimeout(), () -> ThreadLocalRandom.current().nextDouble(), new ApiVersionChoice(threads::nanoTime)));
    }

    /**
     * Registers a device.
     *
     * @param timeout longest time for the whole registration, waiting for its turn included
     * @return completes on the thread of the registrar, so what depends on it must not block. Fails with {@link IoTHubException}. Cancelling it ends the
     * registration.
     */
    public CompletableFuture<ProvisioningResult> register(final ProvisioningRequest request, final Duration timeout) {
        final byte[] body;
        try {
            body = RegistrationBody.encode(request);
        } catch (final IoTHubException e) {
            return CompletableFuture.failedFuture(e);
        }

        final Registration registration = new Registration(resources, request.registrationId(), body, resources.threads().nanoTime() + timeout.toNanos());
        resources.threads().execute(() -> enqueue(registration));
        if (closed) {
            refuse(registration);
        }
        return registration.getOutcome();
    }

    private void enqueue(final Registration registration) {
        if (closed) {
            refuse(registration);
            return;
        }

        waiting.add(registration);
        registration.await(this::onEnded);
        beginWaiting();
    }

    private void onEnded(final Registration registration) {
        waiting.remove(registration);
        open.remove(registration.getKey(), registration);
        beginWaiting();
    }

    private void beginWaiting() {
        final Iterator<Registration> candidates = waiting.iterator();
        while (!closed && open.size() < MAXIMUM_SESSIONS && candidates.hasNext()) {
            final Registration candidate = candidates.next();
            if (!candidate.getOutcome().isDone() && open.putIfAbsent(candidate.getKey(), candidate) == null) {
                candidates.remove();
                candidate.begin();
            }
        }
    }

    /**
     * Ends what is going on; its futures fail with {@link FailureCategory#CLOSED}.
     */
    @Override
    public void close() {
        closed = true;
        CompletableFuture.runAsync(this::refuseAll, resources.threads()::execute)
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
        resources.sessions().close();
        resources.threads().close();
    }

    private void refuseAll() {
        List.copyOf(waiting).forEach(DeviceRegistrar::refuse);
        List.copyOf(open.values()).forEach(DeviceRegistrar::refuse);
    }

    private static void refuse(final Registration registration) {
        registration.fail(FailureCategory.CLOSED, "the Device Provisioning Service was disabled");
    }
}
