/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorBuilder;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import io.github.nifiazuremqtt.emulator.hub.SharedAccessPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Hubs, a gateway in front of the first one, and who may connect. */
final class HubOptions {

    @Option(names = "--host-name", defaultValue = "localhost", description = "Host name of the hub, in user names and tokens.")
    private String hostName;

    @Option(names = "--hub", showDefaultValue = Help.Visibility.NEVER,
            paramLabel = "HOST", description = "A further hub behind the same ports; may be repeated.")
    private List<String> furtherHubs = List.of();

    @Option(names = "--gateway", defaultValue = "", showDefaultValue = Help.Visibility.NEVER, paramLabel = "HOST",
            description = "Act as an IoT Edge gateway of this name in front of the hub.")
    private String gateway;

    @Option(names = "--gateway-clients", defaultValue = "100", paramLabel = "NUMBER", description = "How many clients the gateway takes.")
    private int gatewayClients;

    @Option(names = "--gateway-stranger", showDefaultValue = Help.Visibility.NEVER,
            paramLabel = "ID", description = "A device that is no child of the gateway; may be repeated.")
    private List<String> strangers = List.of();

    @Option(names = "--device", showDefaultValue = Help.Visibility.NEVER, paramLabel = "ID[=KEY]",
            converter = NamedKey.Converter.class,
            description = "A device, with a base64 key if you like; may be repeated. Default: dev-001")
    private List<NamedKey> devices = List.of(new NamedKey("dev-001", ""));

    @Option(names = "--x509-device", showDefaultValue = Help.Visibility.NEVER, paramLabel = "ID=FILE",
            converter = NamedFile.Converter.class,
            description = "A device with the thumbprint of the certificate in a PEM file; may be repeated.")
    private List<NamedFile> certificateDevices = List.of();

    @Option(names = "--ca-device", showDefaultValue = Help.Visibility.NEVER,
            paramLabel = "ID", description = "A device with a certificate of an --authority; may be repeated.")
    private List<String> authorityDevices = List.of();

    @Option(names = "--module", showDefaultValue = Help.Visibility.NEVER, paramLabel = "DEVICE/MODULE[=KEY]",
            converter = NamedKey.Converter.class,
            description = "A module of a device, with a base64 key if you like; may be repeated.")
    private List<NamedKey> modules = List.of();

    @Option(names = "--authority", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME=FILE",
            converter = NamedFile.Converter.class,
            description = "A verified certificate authority of all hubs and of the provisioning service, in a PEM file; may be repeated.")
    private List<NamedFile> authorities = List.of();

    @Option(names = "--switch", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME",
            description = "Behaviour that is not the default; may be repeated. One of ${COMPLETION-CANDIDATES}")
    private List<HubSwitch> switches = List.of();

    List<NamedFile> authorities() {
        return authorities;
    }

    /** Refuses what cannot be. */
    void check(final CommandSpec spec) {
        final Set<String> ids = new HashSet<>();
        devices.forEach(device -> requireNew(spec, "--device", device.id(), ids));
        certificateDevices.forEach(device -> requireNew(spec, "--x509-device", device.name(), ids));
        authorityDevices.forEach(device -> requireNew(spec, "--ca-device", device, ids));
        final Set<String> moduleIds = new HashSet<>();
        for (final NamedKey module : modules) {
            final int slash = module.id().indexOf('/');
            if (slash < 0 || slash != module.id().lastIndexOf('/')) {
                throw new ParameterException(spec.commandLine(), "--module [%s] is not DEVICE/MODULE".formatted(module.id()));
            }

            if (!ids.contains(module.id().substring(0, slash))) {
                throw new ParameterException(spec.commandLine(), "--module [%s]: there is no --device [%s]".formatted(module, module.id().substring(0, slash)));
            }

            if (!moduleIds.add(module.id())) {
                throw new ParameterException(spec.commandLine(), "--module [%s] is given twice".formatted(module));
            }
        }

        final Set<String> hubs = new HashSet<>(Set.of(hostName));
        furtherHubs.forEach(hub -> requireOnce(spec, "--hub", hub, hubs));
    }

    void apply(final IoTHubEmulatorBuilder builder, final KeptKeys keys) {
        builder.hostName(hostName);
        furtherHubs.forEach(builder::hub);
        if (!gateway.isEmpty()) {
            builder.gateway(gateway).setUp(this::setUpGateway);
        }

        for (final NamedKey device : devices) {
            builder.device(device.id(), authentication(device, keys));
        }

        for (final NamedFile device : certificateDevices) {
            builder.device(device.name(), Authentication.thumbprints(Thumbprint.sha256(device.certificate()).hex(), ""));
        }

        authorityDevices.forEach(device -> builder.device(device, Authentication.certificateAuthority()));
        for (final NamedKey module : modules) {
            final IdentityKey key = IdentityKey.module(module.id().substring(0, module.id().indexOf('/')), module.id().substring(module.id().indexOf('/') + 1));
            final Authentication authentication = authentication(module, keys);
            builder.setUp(emulator -> emulator.hub().registry().put(key, true, authentication));
        }

        builder.turnOn(switches.toArray(HubSwitch[]::new)).setUp(emulator -> emulator.hubs().forEach(hub -> {
            authorities.forEach(authority -> hub.authorities().addVerified(authority.name(), authority.certificate()));
            hub.policies().forEach(policy -> hub.putPolicy(kept(hub.name(), policy, keys)));
        }));
    }

    private void setUpGateway(final IoTHubEmulator emulator) {
        emulator.gateway().maximumClients(gatewayClients);
        strangers.forEach(emulator.gateway()::exclude);
    }

    private Authentication authentication(final NamedKey identity, final KeptKeys keys) {
        final String owner = hostName + " " + identity.id();
        return Authentication.keys(identity.key().isEmpty() ? keys.primary(owner) : identity.key(), keys.secondary(owner));
    }

    private static SharedAccessPolicy kept(final String hub, final SharedAccessPolicy policy, final KeptKeys keys) {
        final String owner = hub + " policy " + policy.name();
        return new SharedAccessPolicy(policy.name(), policy.permissions(), keys.primary(owner), keys.secondary(owner));
    }

    private static void requireNew(final CommandSpec spec, final String option, final String id, final Set<String> ids) {
        try {
            IdentityRules.requireId(id);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "%s: %s".formatted(option, e.getMessage()), e);
        }

        requireOnce(spec, option, id, ids);
    }

    private static void requireOnce(final CommandSpec spec, final String option, final String name, final Set<String> names) {
        if (!names.add(name)) {
            throw new ParameterException(spec.commandLine(), "%s [%s] is given twice".formatted(option, name));
        }
    }
}
