/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.HubFeature;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.service.ErrorBody;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The twins of all devices and modules of a hub, for both sides. */
public final class Twins implements HubFeature {

    private static final String ANSWERS = "$iothub/twin/res/";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/";
    private static final byte[] EMPTY = new byte[0];
    private static final int STATUS_BASE = 1000;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final IoTHub hub;
    private final Clock clock;
    private final ReentrantLock twinsLock = new ReentrantLock();
    private final Condition reported = twinsLock.newCondition();
    private final Map<IdentityKey, Kept> twins = new HashMap<>();
    private final List<Consumer<ReportedChange>> listeners = new CopyOnWriteArrayList<>();
    private final TwinFaults faults = new TwinFaults();

    public Twins(final IoTHub hub, final Clock clock) {
        this.hub = hub;
        this.clock = clock;
    }

    /** The twin of a device or module. */
    public TwinState get(final IdentityKey key) throws ServiceException {
        twinsLock.lock();
        try {
            return state(twin(key));
        } finally {
            twinsLock.unlock();
        }
    }

    /**
     * Changes a twin as the service side does. A device that is connected and subscribed is told of desired properties: of the patch, nulls included, or,
     * when they were replaced, of all that there are now.
     */
    public TwinState update(final IdentityKey key, final TwinUpdate update) throws ServiceException {
        update.check();
        twinsLock.lock();
        try {
            final Twin twin = twin(key);
            final ObjectNode push = twin.update(update, clock.instant());
            if (push != null) {
                push(key, push, twin.desired().version());
            }

            return state(twin);
        } finally {
            twinsLock.unlock();
        }
    }

    /** Patches desired properties; returns their new version. */
    public long patchDesired(final IdentityKey key, final String json) throws ServiceException {
        final ObjectNode patch = TwinLimits.read(json.getBytes(StandardCharsets.UTF_8));
        return update(key, new TwinUpdate(patch, null, false, null)).desired().path(TwinSection.VERSION).longValue();
    }

    /** Patches the desired properties of a device; returns their new version. */
    public long patchDesired(final String deviceId, final String json) throws ServiceException {
        return patchDesired(IdentityKey.device(deviceId), json);
    }

    /** The desired properties with {@code $version}. */
    public ObjectNode desired(final IdentityKey key) throws ServiceException {
        twinsLock.lock();
        try {
            return twin(key).desired().forDevice();
        } finally {
            twinsLock.unlock();
        }
    }

    /** The reported properties with {@code $version}. */
    public ObjectNode reported(final IdentityKey key) throws ServiceException {
        twinsLock.lock();
        try {
            return twin(key).reported().forDevice();
        } finally {
            twinsLock.unlock();
        }
    }

    /** Waits until the reported properties, with {@code $version}, are as wished; false if they are not in time. */
    public boolean awaitReported(final IdentityKey key, final Predicate<ObjectNode> wish, final Duration timeout)
            throws InterruptedException, ServiceException {
        long remaining = timeout.toNanos();
        twinsLock.lockInterruptibly();
        try {
            while (!wish.test(twin(key).reported().forDevice())) {
                if (remaining <= 0) {
                    return false;
                }

                remaining = reported.awaitNanos(remaining);
            }

            return true;
        } finally {
            twinsLock.unlock();
        }
    }

    /** Calls the listener after every change of reported properties, on the thread that received it. */
    public void addListener(final Consumer<ReportedChange> listener) {
        listeners.add(listener);
    }

    public void removeListener(final Consumer<ReportedChange> listener) {
        listeners.remove(listener);
    }

    public TwinFaults faults() {
        return faults;
    }

    @Override
    public boolean takes(final DeviceSession session, final String topic) {
        return TwinRequest.Kind.of(topic) != null;
    }

    @Override
    public void publish(final DeviceSession session, final InboundPublish publish) {
        final TwinRequest request = TwinRequest.parse(session.key(), publish.topic(), publish.payload());
        if (request.requestId().isEmpty()) {
            if (hub.isOn(HubSwitch.MISSING_REQUEST_ID_IGNORED)) {
                session.acknowledge(publish);
            } else {
                session.close(52, "a twin request without $rid");
            }

            return;
        }

        if (session.pay(size(request))) {
            session.acknowledge(publish);
            serve(session, request);
        }
    }

    /** What counts against the quota: the twin that is read, or the patch. */
    private int size(final TwinRequest request) {
        if (request.kind() == TwinRequest.Kind.REPORT) {
            return request.body().length;
        }

        try {
            return get(request).body.length;
        } catch (final ServiceException e) {
            return 0;
        }
    }

    private void serve(final DeviceSession session, final TwinRequest request) {
        final TwinFault fault = faults.of(request);
        final Answer answer = fault.executed() ? execute(session, request) : refusal(fault.status(), "Refused on demand.");
        if (fault.answered() && fault.delay().isZero()) {
            answer(session, request, answer);
        } else if (fault.answered()) {
            session.connection().schedule(() -> answer(session, request, answer), fault.delay());
        }
    }

    @Override
    public void reset() {
        faults.clear();
        listeners.clear();
        twinsLock.lock();
        try {
            twins.clear();
        } finally {
            twinsLock.unlock();
        }
    }

    private Answer execute(final DeviceSession session, final TwinRequest request) {
        try {
            return request.kind() == TwinRequest.Kind.GET ? get(request) : report(session, request);
        } catch (final ServiceException e) {
            return new Answer(e.error().status(), "", ErrorBody.bytes(e.error().number(), e.getMessage(), clock.instant()));
        }
    }

    private Answer get(final TwinRequest request) throws ServiceException {
        twinsLock.lock();
        try {
            return new Answer(OK, "", bytes(twin(request.key()).forDevice()));
        } finally {
            twinsLock.unlock();
        }
    }

    private Answer report(final DeviceSession session, final TwinRequest request) throws ServiceException {
        if (session.apiVersion().isEmpty() && !hub.isOn(HubSwitch.API_VERSION_OPTIONAL)) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The user name of the connection lacks the api-version.");
        }

        final ReportedChange change;
        twinsLock.lock();
        try {
            final Twin twin = twin(request.key());
            final ObjectNode patch = twin.report(request.body(), expectedVersion(request), clock.instant());
            change = new ReportedChange(request.key(), patch, twin.reported().version());
            reported.signalAll();
        } finally {
            twinsLock.unlock();
        }

        listeners.forEach(listener -> listener.accept(change));
        return new Answer(NO_CONTENT, "&$version=" + change.version(), EMPTY);
    }

    private static Long expectedVersion(final TwinRequest request) throws ServiceException {
        try {
            return request.version() == null ? null : Long.valueOf(request.version());
        } catch (final NumberFormatException e) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The $version is not a number.");
        }
    }

    private Answer refusal(final int status, final String message) {
        return new Answer(status, "", ErrorBody.bytes(status * STATUS_BASE + 1, message, clock.instant()));
    }

    private static void answer(final DeviceSession session, final TwinRequest request, final Answer answer) {
        if (session.subscription(ANSWERS + "#").isPresent()) {
            final String topic = ANSWERS + answer.status + "/?$rid=" + request.requestId() + answer.topicEnd;
            session.connection().publish(topic, answer.body, 0, 0, false);
        }
    }

    /** Under the lock, so that pushes leave in the order of their versions. */
    private void push(final IdentityKey key, final ObjectNode push, final long version) {
        hub.session(key)
                .filter(session -> session.connection().isConnected() && session.subscription(DESIRED + "#").isPresent())
                .ifPresent(session -> session.connection().publish(DESIRED + "?$version=" + version, bytes(push), 0, 0, false));
    }

    /** A twin lives as long as its identity: an identity that was deleted and made again starts anew. */
    private Twin twin(final IdentityKey key) throws ServiceException {
        final RegisteredIdentity identity = hub.registry().find(key)
                .orElseThrow(() -> new ServiceException(ServiceError.DEVICE_NOT_FOUND, "[%s] is not registered.".formatted(key)));
        return twins.compute(key, (same, kept) -> kept != null && kept.generationId.equals(identity.generationId())
                ? kept : new Kept(identity.generationId(), new Twin(clock.instant()))).twin;
    }

    private static TwinState state(final Twin twin) {
        return new TwinState(twin.etag(), twin.version(), twin.tags().content().deepCopy(), twin.desired().forService(), twin.reported().forService());
    }

    private static byte[] bytes(final ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    private record Answer(int status, String topicEnd, byte[] body) {
    }

    private record Kept(String generationId, Twin twin) {
    }
}
