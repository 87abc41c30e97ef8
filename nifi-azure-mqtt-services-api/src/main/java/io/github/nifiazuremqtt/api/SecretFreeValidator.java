/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Optional;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/**
 * Refuses a secret in a property that is not sensitive, where NiFi shows it to everybody and keeps it in plain text. To be the first validator of a property:
 * the later ones then never see, and never repeat, what it refuses.
 */
public final class SecretFreeValidator implements Validator {

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject);
        return findProblem(input).map(problem -> result.valid(false).explanation(problem)).orElseGet(() -> result.valid(true)).build();
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
