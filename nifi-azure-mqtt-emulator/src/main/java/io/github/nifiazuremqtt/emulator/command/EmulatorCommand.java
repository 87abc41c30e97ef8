/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorBuilder;
import io.github.nifiazuremqtt.emulator.certificate.command.CertificatesCommand;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an emulator until it is stopped, and prints what arrives. */
@Command(name = "iothub-emulator", mixinStandardHelpOptions = true, version = "0.1.0", showDefaultValues = true,
        subcommands = {SasCommand.class, CertificatesCommand.class},
        description = "An IoT Hub on this machine, as strict as the real one. Prints one line per arriving message.")
public final class EmulatorCommand implements Callable<Integer> {

    private static final int MESSAGES_KEPT = 1000;
    private static final Duration TOKEN_LIFE = Duration.ofDays(1);

    // the logger must not be collected before its level has done its work
    private static final Logger LOG = Logger.getLogger("io.github.nifiazuremqtt.emulator");

    private final CountDownLatch stopped = new CountDownLatch(1);

    @Spec
    private CommandSpec spec;

    @Option(names = "--host-name", defaultValue = "localhost", description = "Host name of the hub, in user names and tokens.")
    private String hostName;

    @Option(names = "--hub", description = "A further hub behind the same ports; may be repeated.")
    private List<String> furtherHubs = List.of();

    @Option(names = "--gateway", defaultValue = "", paramLabel = "HOST",
            description = "Act as an IoT Edge gateway of this name in front of the hub.")
    private String gateway;

    @Option(names = "--address", defaultValue = "127.0.0.1", description = "Address to listen on for MQTT.")
    private String address;

    @Option(names = "--mqtt-port", defaultValue = "8883", description = "Port of MQTT over TLS; 0 for a free one.")
    private int mqttPort;

    @Option(names = "--web-socket-port", defaultValue = "8443", description = "Port of MQTT over WebSocket over TLS; 0 for a free one.")
    private int webSocketPort;

    @Option(names = "--management-port", defaultValue = "9883", description = "Port of the management API (HTTP, loopback only); 0 for a free one.")
    private int managementPort;

    @Option(names = "--service-api-port", defaultValue = "0",
            description = "Port of the service API (HTTPS, loopback only, tokens of a policy); 0 for a free one.")
    private int serviceApiPort;

    @Option(names = "--device", paramLabel = "ID[=KEY]", description = "A device, with a base64 key if you like; may be repeated.")
    private List<String> devices = List.of("dev-001");

    @Option(names = "--ca-file", defaultValue = "iothub-emulator-ca.pem", description = "Where to write the certificate that clients have to trust.")
    private Path caFile;

    @Option(names = "--json", description = "Print JSON, one object per line.")
    private boolean json;

    @Option(names = "--verbose", description = "Log every connection that ends, with the reason.")
    private boolean verbose;

    public static void main(final String[] arguments) {
        // newer JDKs warn on every start about the memory access that this switches off
        System.setProperty("io.netty.noUnsafe", "true");
        System.exit(new CommandLine(new EmulatorCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        LOG.setLevel(verbose ? Level.INFO : Level.WARNING);
        final PrintWriter out = spec.commandLine().getOut();
        try (IoTHubEmulator emulator = emulator().start()) {
            emulator.authority().writePem(caFile);
            emulator.hubs().forEach(hub -> hub.telemetry().keepLast(MESSAGES_KEPT));
            final ArrivalPrinter printer = new ArrivalPrinter(out, json);
            printer.started(emulator, caFile, TOKEN_LIFE);
            emulator.hubs().forEach(hub -> hub.telemetry().addListener(printer));
            final CloudSidePrinter cloudSide = new CloudSidePrinter(out, json, emulator.clock());
            emulator.hubs().forEach(hub -> cloudSide.listenTo(emulator.services(hub)));
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "iothub-emulator-stop"));
            stopped.await();
            return CommandLine.ExitCode.OK;
        } catch (final IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            spec.commandLine().getErr().flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Ends {@link #call()}. */
    void stop() {
        stopped.countDown();
    }

    private IoTHubEmulator emulator() {
        final IoTHubEmulatorBuilder builder = IoTHubEmulator.builder()
                .hostName(hostName)
                .address(address)
                .mqttPort(mqttPort)
                .webSocketPort(webSocketPort)
                .managementPort(managementPort)
                .serviceApiPort(serviceApiPort);
        if (!gateway.isEmpty()) {
            builder.gateway(gateway);
        }

        furtherHubs.forEach(builder::hub);
        for (final String device : devices) {
            final int equals = device.indexOf('=');
            if (equals < 0) {
                builder.device(device);
            } else {
                builder.device(device.substring(0, equals), Authentication.keys(device.substring(equals + 1), Authentication.newKey()));
            }
        }

        return builder.build();
    }

    static List<String> deviceIds(final IoTHubEmulator emulator) {
        return emulator.hub().registry().devices().stream().map(identity -> identity.key().deviceId()).toList();
    }
}
