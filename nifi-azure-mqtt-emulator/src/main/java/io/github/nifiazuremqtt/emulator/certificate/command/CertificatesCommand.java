/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import picocli.CommandLine.Command;

/** Makes everything that X.509 devices of IoT Hub and the Device Provisioning Service need. */
@Command(
        name = "certificates",
        description = "Makes certificate authorities, certificates of devices and modules, and the proof that you hold an authority's key.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RootCommand.class,
            IntermediateCommand.class,
            VerificationCommand.class,
            DeviceCommand.class,
            ModuleCommand.class,
            RequestCommand.class,
            SignCommand.class,
            ThumbprintCommand.class
        })
public final class CertificatesCommand {
}
