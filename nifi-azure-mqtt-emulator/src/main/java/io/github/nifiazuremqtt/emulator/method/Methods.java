/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.HubFeature;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The direct methods of a hub, for both sides. */
public final class Methods implements HubFeature {

    private static final Logger LOGGER = System.getLogger(Methods.class.getName());
    private static final String CALLS = "$iothub/methods/POST/";

    private final IoTHub hub;
    private final ScheduledExecutorService timer;
    private final Object callsLock = new Object();
    private final Map<DeviceSession, RequestIds> connections = new HashMap<>();
    private final List<PendingCall> waitingForDevice = new ArrayList<>();
    private final List<Consumer<MethodExchange>> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();

    public Methods(final IoTHub hub, final ScheduledExecutorService timer) {
        this.hub = hub;
        this.timer = timer;
    }

    /** Calls a method of a device with the usual times; the payload is JSON or empty. */
    public CompletableFuture<MethodAnswer> call(final String deviceId, final String name, final String payload) {
        try {
            return call(IdentityKey.device(deviceId), MethodCall.of(name, payload));
        } catch (final ServiceException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Calls a method. The future fails with {@link ServiceException}: {@code DEVICE_NOT_ONLINE} if the device is not connected and subscribed in time,
     * {@code DEVICE_TIMED_OUT} if it does not answer in time.
     */
    public CompletableFuture<MethodAnswer> call(final IdentityKey key, final MethodCall call) {
        final PendingCall pending = new PendingCall(key, call, new CompletableFuture<>());
        final long start = System.nanoTime();
        pending.future().whenComplete((answer, failure) -> ended(pending, answer, failure, Duration.ofNanos(System.nanoTime() - start)));
        try {
            call.check();
            if (payload(call).length > MethodReply.LARGEST_BODY) {
                throw new ServiceException(ServiceError.MESSAGE_TOO_LARGE, "The payload has more than %d bytes.".formatted(MethodReply.LARGEST_BODY));
            }

            if (hub.registry().find(key).isEmpty()) {
                throw new ServiceException(ServiceError.DEVICE_NOT_FOUND, "[%s] is not registered.".formatted(key));
            }
        } catch (final ServiceException e) {
            pending.future().completeExceptionally(e);
            return pending.future();
        }

        synchronized (callsLock) {
            final Optional<DeviceSession> session = hub.session(key).filter(this::isReachable);
            if (session.isPresent()) {
                send(session.get(), pending);
            } else {
                waitForDevice(pending);
            }
        }

        return pending.future();
    }

    /** Calls the listener when a call has come to its end, whatever that is. */
    public void addListener(final Consumer<MethodExchange> listener) {
        listeners.add(listener);
    }

    public void removeListener(final Consumer<MethodExchange> listener) {
        listeners.remove(listener);
    }

    /** How many answers came too late, or to a call that was never made on their connection. */
    public long droppedAnswers() {
        return dropped.sum();
    }

    @Override
    public boolean takes(final DeviceSession session, final String topic) {
        return topic.startsWith(MethodReply.TOPIC_START);
    }

    @Override
    public void publish(final DeviceSession session, final InboundPublish publish) {
        final MethodReply reply = MethodReply.parse(publish.topic(), publish.payload());
        final PendingCall call;
        final boolean known;
        synchronized (callsLock) {
            final RequestIds requestIds = connections.computeIfAbsent(session, any -> new RequestIds());
            known = requestIds.isKnown(reply.requestId());
            call = requestIds.remove(reply.requestId());
        }

        if (call != null) {
            call.complete(reply);
        } else {
            dropped.increment();
            LOGGER.log(Level.INFO, "[{0}] an answer to the method call {1}, which {2}", session.key(), reply.requestId(),
                    known ? "is not open any more" : "was not made on this connection");
        }

        if (!reply.isWellFormed() && !hub.isOn(HubSwitch.MALFORMED_METHOD_ANSWER_IGNORED)) {
            session.close(62, "the answer to a method under a malformed topic [%s]".formatted(publish.topic()));
        } else if (!known && reply.isWellFormed() && hub.isOn(HubSwitch.UNKNOWN_METHOD_ANSWER_CLOSES)) {
            session.close(63, "the answer to a method that was not called on this connection");
        } else {
            session.acknowledge(publish);
        }
    }

    @Override
    public void connected(final DeviceSession session) {
        reached(session);
    }

    @Override
    public void subscribed(final DeviceSession session, final String filter) {
        reached(session);
    }

    /** Open calls stay open until their time is up: the caller does not learn that the connection has ended. */
    @Override
    public void disconnected(final DeviceSession session, final boolean orderly) {
        synchronized (callsLock) {
            connections.remove(session);
        }
    }

    @Override
    public void reset() {
        listeners.clear();
        dropped.reset();
        final List<PendingCall> abandoned;
        synchronized (callsLock) {
            abandoned = List.copyOf(waitingForDevice);
            waitingForDevice.clear();
        }

        abandoned.forEach(call -> call.fail(ServiceError.SERVICE_UNAVAILABLE, "The emulator is reset."));
    }

    private boolean isReachable(final DeviceSession session) {
        return session.connection().isConnected()
                && session.subscription(CALLS + "#").isPresent()
                && (!session.apiVersion().isEmpty() || hub.isOn(HubSwitch.API_VERSION_OPTIONAL));
    }

    private void reached(final DeviceSession session) {
        synchronized (callsLock) {
            if (!waitingForDevice.isEmpty() && isReachable(session)) {
                for (final Iterator<PendingCall> calls = waitingForDevice.iterator(); calls.hasNext();) {
                    final PendingCall call = calls.next();
                    if (call.key().equals(session.key())) {
                        calls.remove();
                        send(session, call);
                    }
                }
            }
        }
    }

    private void waitForDevice(final PendingCall pending) {
        final int seconds = pending.call().connectTimeoutSeconds();
        if (seconds == 0) {
            pending.fail(ServiceError.DEVICE_NOT_ONLINE, "The operation failed because the requested device isn't online or hasn't registered the direct "
                    + "method callback.");
            return;
        }

        waitingForDevice.add(pending);
        timer.schedule(() -> {
            final boolean unreached;
            synchronized (callsLock) {
                unreached = waitingForDevice.remove(pending);
            }

            if (unreached) {
                pending.fail(ServiceError.DEVICE_NOT_ONLINE, "Timed out waiting for device to connect.");
            }
        }, nanos(seconds), TimeUnit.NANOSECONDS);
    }

    private void send(final DeviceSession session, final PendingCall pending) {
        final RequestIds requestIds = connections.computeIfAbsent(session, any -> new RequestIds());
        final String requestId = requestIds.add(pending);
        session.connection().publish(CALLS + pending.call().name() + "/?$rid=" + requestId, payload(pending.call()), 0, 0, false);
        final Future<?> timeout = timer.schedule(() -> {
            synchronized (callsLock) {
                requestIds.remove(requestId);
            }

            pending.fail(ServiceError.DEVICE_TIMED_OUT, "Timed out waiting for the response from device.");
        }, nanos(pending.call().responseTimeoutSeconds()), TimeUnit.NANOSECONDS);
        pending.future().whenComplete((answer, failure) -> timeout.cancel(false));
    }

    private void ended(final PendingCall pending, final MethodAnswer answer, final Throwable failure, final Duration duration) {
        final ServiceError error = failure instanceof final ServiceException refused ? refused.error() : failure == null ? null : ServiceError.SERVER_ERROR;
        final MethodExchange exchange = new MethodExchange(pending.key(), pending.call().name(), answer, error, duration);
        listeners.forEach(listener -> listener.accept(exchange));
    }

    /** The times of a call pass as fast as the emulator's default for them. */
    private long nanos(final int seconds) {
        return hub.timings().methodResponseTimeout().toNanos() / MethodCall.DEFAULT_RESPONSE_TIMEOUT * seconds;
    }

    private static byte[] payload(final MethodCall call) {
        return call.payload().toString().getBytes(StandardCharsets.UTF_8);
    }
}
