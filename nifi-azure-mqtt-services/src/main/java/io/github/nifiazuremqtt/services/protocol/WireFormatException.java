/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.ShownText;

/**
 * A text that cannot be what it is taken for, or cannot be written as what it should become. The message is a sentence for a person and holds no secret.
 */
public final class WireFormatException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public WireFormatException(final String message) {
        super(ShownText.sentence(message));
    }
}
