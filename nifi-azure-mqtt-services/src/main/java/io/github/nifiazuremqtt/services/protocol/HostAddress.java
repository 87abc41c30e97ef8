/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.SecretForm;
import io.github.nifiazuremqtt.api.ShownText;
import java.util.OptionalInt;

/**
 * A host name with an optional port: {@code contoso.azure-devices.net} or {@code localhost:18883}. The port says only where to connect; the host alone is the
 * name of the hub in user names, tokens and attributes.
 *
 * @param host host name or address; an IPv6 address in brackets
 * @param port port, or empty for the one of the transport
 */
public record HostAddress(String host, OptionalInt port) {

    private static final int MAXIMUM_LENGTH = 253;

    private static final int MAXIMUM_PORT = 65_535;

    public HostAddress {
        if (host.isEmpty() || host.length() > MAXIMUM_LENGTH) {
            throw new WireFormatException("%s is no host name, which has 1 to %d characters".formatted(show(host), MAXIMUM_LENGTH));
        }

        final int other = findOther(host);
        if (other >= 0) {
            throw new WireFormatException("%s is no host name: it has %s".formatted(show(host), ShownText.character(host, other)));
        }
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > MAXIMUM_PORT)) {
            throw new WireFormatException("Port %d of host %s is not between 1 and %d".formatted(port.getAsInt(), show(host), MAXIMUM_PORT));
        }
    }

    /**
     * @param given host or {@code host:port}, perhaps with blanks around it
     * @throws WireFormatException if it is neither
     */
    public static HostAddress parse(final String given) {
        final String text = given.strip();
        if (text.contains("://")) {
            throw new WireFormatException("%s has a scheme: give the host name alone".formatted(show(text)));
        }

        final int colon = text.indexOf(':', text.startsWith("[") ? Math.max(text.indexOf(']'), 0) : 0);
        if (colon < 0) {
            return new HostAddress(text, OptionalInt.empty());
        }

        final long port = TopicQuery.parseNumber(text.substring(colon + 1)).orElse(-1);
        if (port < 1 || port > MAXIMUM_PORT) {
            throw new WireFormatException("%s has no port between 1 and %d behind the colon".formatted(show(text), MAXIMUM_PORT));
        }

        return new HostAddress(text.substring(0, colon), OptionalInt.of((int) port));
    }

    public int portOr(final int defaultPort) {
        return port.orElse(defaultPort);
    }

    @Override
    public String toString() {
        return port.isPresent() ? host + ":" + port.getAsInt() : host;
    }

    /**
     * A connection string or a key, or a part of one, may have been pasted into the wrong place.
     */
    private static String show(final String text) {
        final boolean word = text.codePoints().noneMatch(character -> character == '=' || Character.isWhitespace(character)
                || ShownText.isInvisible(character));
        return word && SecretForm.findWholeOrPart(text).isEmpty() ? "[" + ShownText.value(text) + "]" : "Text of %,d characters".formatted(text.length());
    }

    private static int findOther(final String text) {
        final boolean bracketed = text.length() > 2 && text.startsWith("[") && text.endsWith("]");
        final int start = bracketed ? 1 : 0;
        final int end = text.length() - start;
        for (int index = start; index < end; index++) {
            final char character = text.charAt(index);
            final boolean plain = character < 0x80 && Character.isLetterOrDigit(character) || character == '.';
            if (!plain && (bracketed ? character != ':' && character != '%' : character != '-' && character != '_')) {
                return index;
            }
        }

        return -1;
    }
}
