/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * Accepts a host name with an optional port. Its result does not hold the input, for which a secret may have been pasted.
 */
final class HostAddressValidator implements Validator {

    private static final Validator SECRET_FREE = new SecretFreeValidator(HostAddressValidator::validateAddress);

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return SECRET_FREE.validate(subject, input, context);
    }

    private static ValidationResult validateAddress(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject);
        if (context.isExpressionLanguageSupported(subject) && context.isExpressionLanguagePresent(input)) {
            return result.valid(true).build();
        }

        try {
            HostAddress.parse(input);
            return result.valid(true).build();
        } catch (final WireFormatException e) {
            return result.valid(false).explanation(e.getMessage()).build();
        }
    }
}
