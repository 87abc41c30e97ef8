/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the certificate of a module. */
@Command(name = "module", description = "Makes the certificate of a module; the common name is <device id>/<module id>.", mixinStandardHelpOptions = true)
final class ModuleCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "<device id>", description = "Device id, spelled exactly as in the hub.")
    private String deviceId;

    @Parameters(index = "1", paramLabel = "<module id>", description = "Module id, spelled exactly as in the hub.")
    private String moduleId;

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
        final String commonName = deviceId + '/' + moduleId;
        final CertifiedKey identity = certificates.make(console, commonName);
        final String create = "az iot hub module-identity create --hub-name <hub> --device-id '%s' --module-id '%s' --auth-method "
                .formatted(deviceId, moduleId);
        console.next("create the module", certificates.isSelfSigned()
                ? create + "x509_thumbprint --primary-thumbprint " + Thumbprint.sha256(identity.certificate())
                : create + "x509_ca");
        certificates.explainNiFi(console, commonName);
    }
}
