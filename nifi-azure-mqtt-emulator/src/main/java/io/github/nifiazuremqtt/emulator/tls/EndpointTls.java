/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import java.util.Locale;
import java.util.function.Predicate;

/** TLS of an endpoint, chosen by the name that a client asks for (SNI): some names speak TLS 1.2 and 1.3, all others, and no name, TLS 1.2 only. */
public final class EndpointTls implements Mapping<String, SslContext> {

    private final SslContext classic;
    private final SslContext newer;
    private final Predicate<String> isNewer;

    EndpointTls(final SslContext classic, final SslContext newer, final Predicate<String> isNewer) {
        this.classic = classic;
        this.newer = newer;
        this.isNewer = isNewer;
    }

    @Override
    public SslContext map(final String serverName) {
        return isNewer.test(serverName == null ? "" : serverName.toLowerCase(Locale.ROOT)) ? newer : classic;
    }
}
