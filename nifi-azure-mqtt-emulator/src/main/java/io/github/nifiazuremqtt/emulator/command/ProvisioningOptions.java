/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.DpsEmulatorBuilder;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.DpsSwitch;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The provisioning service behind the ports of the hub. */
final class ProvisioningOptions {

    @Option(names = "--id-scope", defaultValue = "0ne00EA1E11", description = "ID scope of the provisioning service.")
    private String idScope;

    @Option(names = "--enrollment", showDefaultValue = Help.Visibility.NEVER, paramLabel = "ID[=KEY]",
            converter = NamedKey.Converter.class,
            description = "An individual enrollment with a symmetric key; may be repeated.")
    private List<NamedKey> enrollments = List.of();

    @Option(names = "--x509-enrollment", showDefaultValue = Help.Visibility.NEVER, paramLabel = "ID=FILE",
            converter = NamedFile.Converter.class,
            description = "An individual enrollment with the client certificate in a PEM file; may be repeated.")
    private List<NamedFile> certificateEnrollments = List.of();

    @Option(names = "--enrollment-group", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME[=KEY]",
            converter = NamedKey.Converter.class,
            description = "An enrollment group with a symmetric key; may be repeated.")
    private List<NamedKey> groups = List.of();

    @Option(names = "--x509-enrollment-group", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME=AUTHORITY",
            description = "An enrollment group with the name of an --authority; may be repeated.")
    private Map<String, String> authorityGroups = Map.of();

    @Option(names = "--provisioning-switch", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME",
            description = "Behaviour of the provisioning service that is not the default; may be repeated. One of ${COMPLETION-CANDIDATES}")
    private List<DpsSwitch> switches = List.of();

    /** Refuses what cannot be. */
    void check(final CommandSpec spec, final List<NamedFile> authorities) {
        final Set<String> ids = new HashSet<>();
        enrollments.forEach(enrollment -> requireOnce(spec, "--enrollment", enrollment.id().toLowerCase(Locale.ROOT), ids));
        certificateEnrollments.forEach(enrollment -> requireOnce(spec, "--x509-enrollment", enrollment.name().toLowerCase(Locale.ROOT), ids));
        final Set<String> names = new HashSet<>();
        groups.forEach(group -> requireOnce(spec, "--enrollment-group", group.id(), names));
        authorityGroups.forEach((group, authority) -> {
            requireOnce(spec, "--x509-enrollment-group", group, names);
            if (authorities.stream().noneMatch(known -> known.name().equals(authority))) {
                throw new ParameterException(spec.commandLine(), "--x509-enrollment-group [%s]: there is no --authority [%s]".formatted(group, authority));
            }
        });
    }

    void apply(final DpsEmulatorBuilder builder, final KeptKeys keys, final List<NamedFile> authorities) {
        builder.idScope(idScope).turnOn(switches.toArray(DpsSwitch[]::new));
        builder.setUp(emulator -> authorities.forEach(
                authority -> emulator.service().authorities().addVerified(authority.name(), authority.certificate())));
        enrollments.forEach(enrollment -> builder.enroll(Enrollment.individual(enrollment.id(), attestation("enrollment", enrollment, keys))));
        certificateEnrollments.forEach(enrollment ->
                builder.enroll(Enrollment.individual(enrollment.name(), Attestation.clientCertificate(enrollment.certificate()))));
        groups.forEach(group -> builder.enroll(Enrollment.group(group.id(), attestation("enrollment-group", group, keys))));
        authorityGroups.forEach((group, authority) -> builder.enroll(Enrollment.group(group, Attestation.authority(authority))));
    }

    private static Attestation attestation(final String kind, final NamedKey named, final KeptKeys keys) {
        final String owner = kind + " " + named.id();
        return Attestation.symmetricKey(named.key().isEmpty() ? keys.primary(owner) : named.key(), keys.secondary(owner));
    }

    private static void requireOnce(final CommandSpec spec, final String option, final String name, final Set<String> names) {
        try {
            IdentityRules.requireRegistrationId(name);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "%s: %s".formatted(option, e.getMessage()), e);
        }

        if (!names.add(name)) {
            throw new ParameterException(spec.commandLine(), "%s [%s] is given twice".formatted(option, name));
        }
    }
}
