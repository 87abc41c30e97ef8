/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.util.Objects;
import java.util.Optional;

/**
 * A proxy. The text form has no password.
 *
 * @param kind     protocol
 * @param host     host name of the proxy
 * @param port     port of the proxy
 * @param userName user name, or null
 * @param password password, or null
 */
public record ProxySettings(Kind kind, String host, int port, String userName, String password) {

    public ProxySettings {
        Objects.requireNonNull(kind, "Kind required");
        Objects.requireNonNull(host, "Host required");
    }

    public Optional<String> findUserName() {
        return Optional.ofNullable(userName);
    }

    public Optional<String> findPassword() {
        return Optional.ofNullable(password);
    }

    @Override
    public String toString() {
        return "ProxySettings[kind=%s, host=%s, port=%d]".formatted(kind, host, port);
    }

    /** Protocol of a proxy. */
    public enum Kind {
        HTTP_CONNECT,
        SOCKS_5
    }
}
