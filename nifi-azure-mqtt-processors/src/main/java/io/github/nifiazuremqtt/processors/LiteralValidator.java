/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * Refuses a value without Expression Language that would be refused again for every FlowFile. What an expression gives is known with the FlowFile only. What
 * was typed is not repeated: it may be a secret in the wrong field.
 *
 * @param rule        what a value has to be
 * @param explanation the rule in words
 */
record LiteralValidator(Predicate<String> rule, String explanation) implements Validator {

    static final Validator MESSAGE_ID = new LiteralValidator(literal -> literal.matches("[A-Za-z0-9:.+%_#*?!(),=@;$'-]{1,128}"),
            "it is not made of at most 128 ASCII letters, digits and -:.+%_#*?!(),=@;$'");

    static final Validator UTC_TIME = new LiteralValidator(LiteralValidator::isUtcTime,
            "it is not a time in ISO 8601 and UTC, for example 2026-03-01T12:00:00.000Z");

    static final Validator WHOLE_NUMBER = new LiteralValidator(literal -> WholeNumber.parse(literal, Long.MAX_VALUE).isPresent(), "it is not a whole number");

    static final Validator JSON_OBJECT = new LiteralValidator(LiteralValidator::isJsonObject, "it is not a JSON object");

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final boolean valid = input.isEmpty() || context.isExpressionLanguagePresent(input) || rule.test(input);
        return new ValidationResult.Builder().subject(subject).valid(valid).explanation(valid ? "" : explanation).build();
    }

    private static boolean isUtcTime(final String literal) {
        try {
            return OffsetDateTime.parse(literal).getOffset().equals(ZoneOffset.UTC);
        } catch (final DateTimeException e) {
            return false;
        }
    }

    private static boolean isJsonObject(final String literal) {
        try {
            JsonContent.readObject(literal.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (final IoTHubException e) {
            return false;
        }
    }
}
