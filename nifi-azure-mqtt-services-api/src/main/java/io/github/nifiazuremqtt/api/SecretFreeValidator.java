/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;
import java.util.Optional;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * For properties that are not sensitive: refuses a secret, which NiFi would show to everybody and keep in plain text, before another validator sees it, and
 * takes out of the results of that one what was given, which may be a secret that nobody can recognize.
 */
public final class SecretFreeValidator implements Validator {

    private final Validator validator;

    /**
     * @param validator says what the property may hold
     */
    public SecretFreeValidator(final Validator validator) {
        this.validator = Objects.requireNonNull(validator, "Validator required");
    }

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject);
        final Optional<String> problem = input == null ? Optional.empty() : findProblem(input);
        if (problem.isPresent()) {
            return result.valid(false).explanation(problem.get()).build();
        }

        final ValidationResult judged = validator.validate(subject, input, context);
        final String explanation = Objects.requireNonNullElse(judged.getExplanation(), "");
        return result.valid(judged.isValid()).explanation(input == null || input.isEmpty() ? explanation : explanation.replace(input, "what is given")).build();
    }

    /**
     * @param input value of a property that is not sensitive
     * @return why it must not stand there, as the end of a sentence that begins with the name of the property
     */
    public static Optional<String> findProblem(final String input) {
        return SecretForm.findWholeOrPart(input).map(form ->
                ("it looks like %s (%,d characters), and NiFi shows and keeps this property as it is: remove it here, "
                + "put it into a sensitive property of the credentials service, and make a new one if others could see it")
                .formatted(form.getDescription(), input.length()));
    }
}
