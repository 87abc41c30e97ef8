/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes certificates of devices. */
@Command(name = "device", description = "Makes certificates of devices; the common name is the device id.", mixinStandardHelpOptions = true)
final class DeviceCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "<device id>", description = "Device ids, spelled exactly as in the hub.")
    private List<String> deviceIds;

    @Mixin
    private ClientCertificates certificates;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Console console = new Console(spec);
        return console.attempt(() -> make(console));
    }

    private void make(final Console console) throws IOException {
        for (final String deviceId : deviceIds) {
            final CertifiedKey identity = certificates.make(console, deviceId);
            final String create = "az iot hub device-identity create --hub-name <hub> --device-id '%s' --auth-method ".formatted(deviceId);
            console.next("create the device", certificates.isSelfSigned()
                    ? create + "x509_thumbprint --primary-thumbprint " + Thumbprint.sha256(identity.certificate())
                    : create + "x509_ca");
            certificates.explainNiFi(console, deviceId);
        }
    }
}
