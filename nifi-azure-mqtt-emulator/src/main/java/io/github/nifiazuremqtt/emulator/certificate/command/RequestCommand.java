/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.SigningRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a key that never leaves its machine, and the request that does. */
@Command(name = "request", description = "Makes a key and a certificate signing request (CSR) for an authority elsewhere.", mixinStandardHelpOptions = true)
final class RequestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "<id>", description = "Device id, or <device id>/<module id>.")
    private String commonName;

    @Mixin
    private KeyOptions key;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Console console = new Console(spec);
        return console.attempt(() -> make(console));
    }

    private void make(final Console console) throws IOException {
        final CertificateDirectory directory = output.directory();
        final Path target = directory.identity(commonName);
        directory.requireFree(target, List.of(CertificateDirectory.PRIVATE_KEY, CertificateDirectory.SIGNING_REQUEST));

        final KeyPair pair = key.algorithm().generate();
        final Path privateKey = target.resolve(CertificateDirectory.PRIVATE_KEY);
        directory.writeSecret(privateKey, Pem.privateKey(pair.getPrivate(), key.keyPassword()).getBytes(StandardCharsets.US_ASCII));
        final Path request = target.resolve(CertificateDirectory.SIGNING_REQUEST);
        directory.writeReadable(request, Pem.signingRequest(SigningRequest.of(pair, commonName)));

        console.line("Signing request of [%s], %s".formatted(commonName, key.algorithm()));
        console.file(privateKey, "the private key: it stays here");
        console.file(request, "give it to your certificate authority");
        console.next("have it signed, by your authority or by one made here", "./run certificates sign " + request);
    }
}
