/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.util.function.Consumer;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * Validates a secret, or what a secret may be pasted for, by reading it. Its result does not hold the input, because NiFi shows and logs results.
 */
final class SecretValidator implements Validator {

    private final Consumer<String> reader;

    /**
     * @param reader throws {@link WireFormatException} or {@link IoTHubException} with a text that does not show the secret
     */
    SecretValidator(final Consumer<String> reader) {
        this.reader = reader;
    }

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject);
        if (context.isExpressionLanguageSupported(subject) && context.isExpressionLanguagePresent(input)) {
            return result.valid(true).build();
        }

        try {
            reader.accept(input);
            return result.valid(true).build();
        } catch (final WireFormatException | IoTHubException e) {
            return result.valid(false).explanation(e.getMessage()).build();
        }
    }
}
