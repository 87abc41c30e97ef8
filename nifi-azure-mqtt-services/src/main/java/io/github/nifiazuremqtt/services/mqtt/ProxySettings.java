/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.util.Objects;
import java.util.Optional;

/**
 * A proxy. The text form, which curl understands too, has no password.
 *
 * @param kind     protocol
 * @param host     host name of the proxy
 * @param port     port of the proxy
 * @param userName user name; null or blank for none
 * @param password password, or null
 */
public record ProxySettings(Kind kind, String host, int port, String userName, String password) {

    public ProxySettings {
        Objects.requireNonNull(kind, "Kind required");
        Objects.requireNonNull(host, "Host required");
        userName = userName == null || userName.isBlank() ? null : userName;
        password = userName == null ? null : Objects.requireNonNullElse(password, "");
    }

    public Optional<String> findUserName() {
        return Optional.ofNullable(userName);
    }

    @Override
    public String toString() {
        return "%s://%s:%d".formatted(kind.scheme, host, port);
    }

    /** Protocol of a proxy. */
    public enum Kind {
        HTTP_CONNECT("http"),

        /** Host names are looked up by the proxy. */
        SOCKS_5("socks5h");

        private final String scheme;

        Kind(final String scheme) {
            this.scheme = scheme;
        }
    }
}
