/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.fault.Quota;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectOutcome;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectRequest;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.Will;
import io.github.nifiazuremqtt.emulator.telemetry.BadPropertyBagException;
import io.github.nifiazuremqtt.emulator.telemetry.PropertyBag;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryLog;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One emulated hub: its registry, its policies, who is connected, and what has arrived. */
public final class IoTHub {

    private static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedFuture(null);

    private final String name;
    private final String deviceHostName;
    private final DeviceRegistry registry;
    private final IdentityActivity activity;
    private final Map<String, SharedAccessPolicy> policies = new ConcurrentHashMap<>();
    private final Set<HubSwitch> switches = ConcurrentHashMap.newKeySet();
    private final Map<IdentityKey, DeviceSession> connected = new ConcurrentHashMap<>();
    private final Map<IdentityKey, Subscriptions> stored = new ConcurrentHashMap<>();
    private final List<HubFeature> features = new CopyOnWriteArrayList<>();
    private final TelemetryLog telemetry = new TelemetryLog();
    private final Uplink uplink;
    private final TelemetryFeature telemetryFeature;
    private final Quota quota;
    private final Supplier<EmulatorTimings> timings;
    private final AuthorityRegistry authorities;
    private final Set<String> resourceHosts = ConcurrentHashMap.newKeySet();
    private final Authenticator authenticator;

    public IoTHub(final String name, final Clock clock, final Supplier<EmulatorTimings> timings, final Faults faults) {
        this.name = name;
        this.deviceHostName = deviceHostName(name);
        this.timings = timings;
        this.registry = new DeviceRegistry(clock);
        this.activity = new IdentityActivity(clock);
        this.resourceHosts.add(name);
        this.quota = faults.quota();
        this.uplink = new Uplink(telemetry::append, clock);
        this.telemetryFeature = new TelemetryFeature(uplink, faults, clock);
        this.authorities = new AuthorityRegistry(clock);
        this.authenticator = new Authenticator(this::resourceHosts, registry, authorities, policies.values(), switches, clock, timings);
        features.add(telemetryFeature);
        SharedAccessPolicy.standard().forEach(this::putPolicy);
        registry.onLoss(key -> {
            if (registry.find(key).isEmpty()) {
                activity.forget(key);
            }
        });
        registry.onLoss(key -> session(key).ifPresent(session -> session.close(18, "[%s] is deleted or disabled".formatted(key))));
    }

    /** Host name of the hub. */
    public String name() {
        return name;
    }

    /** The hub's second host name, which speaks TLS 1.3 too; empty if the first is an address. */
    public String deviceHostName() {
        return deviceHostName;
    }

    /** Whether a name is the second one of this hub. */
    boolean isDeviceHostName(final String host) {
        return !deviceHostName.isEmpty() && deviceHostName.equalsIgnoreCase(host);
    }

    /** {@code {hub}.device.azure-devices.net} for {@code {hub}.azure-devices.net}; a name of one part stands behind. */
    private static String deviceHostName(final String name) {
        final int dot = name.indexOf('.');
        if (name.matches("[0-9.:]+")) {
            return "";
        }
        return dot < 0 ? "device." + name : name.substring(0, dot) + ".device" + name.substring(dot);
    }

    public DeviceRegistry registry() {
        return registry;
    }

    /** When its devices came and went. */
    public IdentityActivity activity() {
        return activity;
    }

    /** The certificate authorities whose devices may connect. */
    public AuthorityRegistry authorities() {
        return authorities;
    }

    public TelemetryLog telemetry() {
        return telemetry;
    }

    public SharedAccessPolicy policy(final String policyName) {
        return policies.get(policyName);
    }

    public Collection<SharedAccessPolicy> policies() {
        return List.copyOf(policies.values());
    }

    /** Adds a policy or replaces one of the same name. */
    public void putPolicy(final SharedAccessPolicy policy) {
        policies.put(policy.name(), policy);
    }

    /** Turns switches on. */
    public void turnOn(final HubSwitch... wanted) {
        switches.addAll(List.of(wanted));
    }

    public boolean isOn(final HubSwitch wanted) {
        return switches.contains(wanted);
    }

    /** The connection of an identity. */
    public Optional<DeviceSession> session(final IdentityKey key) {
        return Optional.ofNullable(connected.get(key));
    }

    /** Everyone who is connected. */
    public List<DeviceSession> sessions() {
        return List.copyOf(connected.values());
    }

    /** Adds a kind of traffic. */
    public void add(final HubFeature feature) {
        features.add(feature);
    }

    /** Forgets identities, stored sessions, switches and whatever has arrived. */
    public void reset() {
        registry.clear();
        activity.clear();
        authorities.clear();
        stored.clear();
        switches.clear();
        features.forEach(HubFeature::reset);
        uplink.reset();
        telemetry.clear();
        telemetry.removeListeners();
    }

    public EmulatorTimings timings() {
        return timings.get();
    }

    ConnectOutcome connect(final ConnectRequest request, final HubUserName userName, final MqttConnection connection) {
        final Proof proof;
        try {
            proof = authenticator.authenticate(request, userName);
        } catch (final ConnectRefusedException e) {
            return e.outcome();
        }

        final Will will = request.will();
        if (will != null && !isOn(HubSwitch.ANY_WILL_TOPIC) && !isAcceptable(userName.key(), will)) {
            return new ConnectOutcome.Closed(new Refusal(0, "the will is not a device-to-cloud message"));
        }

        final IdentityKey key = userName.key();
        final Subscriptions kept = request.cleanSession() ? stored.remove(key) : stored.get(key);
        final boolean sessionPresent = kept != null && !request.cleanSession();
        final Subscriptions subscriptions = sessionPresent ? kept : new Subscriptions();
        if (!request.cleanSession()) {
            stored.put(key, subscriptions);
        }

        activity.connected(key);
        final DeviceSession session = new DeviceSession(this, userName, proof, connection, subscriptions, request.cleanSession(), will);
        return new ConnectOutcome.Accepted(session, sessionPresent, takeOver(connected.put(key, session)));
    }

    void leave(final DeviceSession session) {
        if (connected.remove(session.key(), session)) {
            activity.disconnected(session.key());
        }
    }

    List<HubFeature> features() {
        return features;
    }

    /** Takes tokens for the name of a gateway as it takes those for its own. */
    void acceptTokensFor(final String host) {
        resourceHosts.add(host);
    }

    /** The hosts that a token may name, for a user name that names this one. */
    private Set<String> resourceHosts(final String host) {
        if (isOn(HubSwitch.EITHER_HOST_NAME)) {
            final Set<String> either = new HashSet<>(resourceHosts);
            either.add(deviceHostName);
            return either;
        }

        return isDeviceHostName(host) ? Set.of(deviceHostName) : resourceHosts;
    }

    void forgetSessions() {
        stored.clear();
    }

    Uplink uplink() {
        return uplink;
    }

    Quota quota() {
        return quota;
    }

    TelemetryFeature telemetryFeature() {
        return telemetryFeature;
    }

    /** The older connection is gone before the newer one is answered, so that its last messages cannot arrive between those of the newer. */
    private static CompletionStage<Void> takeOver(final DeviceSession older) {
        if (older == null) {
            return AT_ONCE;
        }

        older.close(23, "a newer connection of the same identity");
        return older.connection().closed();
    }

    private boolean isAcceptable(final IdentityKey key, final Will will) {
        if (will.qos() > 1 || !TelemetryFeature.isEventsTopic(key, will.topic())) {
            return false;
        }

        try {
            PropertyBag.parse(will.topic().substring(will.topic().indexOf("/events") + "/events".length()).replaceFirst("^/", ""),
                    isOn(HubSwitch.LENIENT_PROPERTY_BAG));
            return true;
        } catch (final BadPropertyBagException e) {
            return false;
        }
    }
}
