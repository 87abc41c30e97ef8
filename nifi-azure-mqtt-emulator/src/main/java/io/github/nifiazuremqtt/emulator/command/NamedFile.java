/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.certificate.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A name with the certificate that was given for it.
 *
 * @param name id of a device, or name of an authority
 * @param certificate first certificate of the file
 */
record NamedFile(String name, X509Certificate certificate) {

    /** Reads {@code NAME=FILE} and the file. */
    static final class Converter implements ITypeConverter<NamedFile> {

        @Override
        public NamedFile convert(final String text) {
            final int equals = text.indexOf('=');
            if (equals <= 0 || equals == text.length() - 1) {
                throw new TypeConversionException("[%s] is not a name, =, and a file with a certificate".formatted(text));
            }

            return new NamedFile(text.substring(0, equals), certificate(Path.of(text.substring(equals + 1))));
        }

        private static X509Certificate certificate(final Path file) {
            try {
                return Pem.readCertificates(Files.readString(file)).stream().findFirst()
                        .orElseThrow(() -> new TypeConversionException("the file [%s] holds no certificate in PEM".formatted(file)));
            } catch (final NoSuchFileException e) {
                throw new TypeConversionException("there is no file [%s]".formatted(file.toAbsolutePath()));
            } catch (final IOException e) {
                throw new TypeConversionException("the file [%s] cannot be read as PEM".formatted(file));
            }
        }
    }
}
