/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.ShownText;
import java.nio.file.Path;

/**
 * The two properties that take PEM text or the path of a file.
 */
enum PemProperty {

    CERTIFICATE("Certificate", true),

    /** Sensitive: what was given never comes back, for it may be a key that was taken for a path. */
    PRIVATE_KEY("Private Key", false);

    private final String name;

    private final boolean shown;

    PemProperty(final String name, final boolean shown) {
        this.name = name;
        this.shown = shown;
    }

    String getName() {
        return name;
    }

    boolean isShown() {
        return shown;
    }

    /**
     * @return a file that was named here, as the beginning of a sentence
     */
    String describeFile(final Path path) {
        return shown ? "%s file [%s]".formatted(name, ShownText.value(path)) : "The file that %s names".formatted(name);
    }
}
