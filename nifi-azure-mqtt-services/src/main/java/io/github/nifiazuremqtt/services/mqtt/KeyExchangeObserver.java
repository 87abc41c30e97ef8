/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Reads along what a server says in a TLS handshake, to learn in which group (curve) keys were agreed: the Java runtime does not tell. The server says it in
 * the clear, in its ServerHello (TLS 1.3, RFC 8446 section 4.2.8) or in its ServerKeyExchange (TLS 1.2, RFC 8422 section 5.4). Used on one I/O thread.
 */
final class KeyExchangeObserver extends ChannelInboundHandlerAdapter {

    private static final int LONGEST_HANDSHAKE = 131_072;

    private static final int HANDSHAKE_RECORD = 22;

    private static final int ALERT_RECORD = 21;

    private static final int SERVER_HELLO = 2;

    private static final int SERVER_KEY_EXCHANGE = 12;

    private static final int KEY_SHARE = 51;

    private static final int NAMED_CURVE = 3;

    private static final int VERSION_AND_RANDOM = 34;

    private static final int SUITE_AND_COMPRESSION = 3;

    private static final Map<Integer, String> NAMES = Map.of(0x0017, "secp256r1", 0x0018, "secp384r1", 0x0019, "secp521r1", 0x001D, "x25519", 0x001E, "x448",
            0x11EB, "SecP256r1MLKEM768", 0x11EC, "X25519MLKEM768", 0x11ED, "SecP384r1MLKEM1024");

    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        if (message instanceof final ByteBuf bytes && heard.size() < LONGEST_HANDSHAKE) {
            heard.writeBytes(ByteBufUtil.getBytes(bytes));
        }
        context.fireChannelRead(message);
    }

    /**
     * @return name of the group; empty if the server agreed to none, as with a key exchange by RSA
     */
    Optional<String> findGroup() {
        Optional<String> group = Optional.empty();
        final ByteBuffer messages = ByteBuffer.wrap(handshakeMessages(ByteBuffer.wrap(heard.toByteArray())));
        try {
            while (messages.remaining() > Integer.BYTES) {
                final int header = messages.getInt();
                final ByteBuffer body = take(messages, header & 0xFFFFFF);
                if (header >>> 24 == SERVER_HELLO) {
                    group = ofServerHello(body);
                } else if (header >>> 24 == SERVER_KEY_EXCHANGE) {
                    return ofServerKeyExchange(body);
                }
            }
        } catch (final BufferUnderflowException e) {
            // What follows is encrypted, or was not kept: the group was said before.
            return group;
        }
        return group;
    }

    /** The contents of the records that are not encrypted. */
    private static byte[] handshakeMessages(final ByteBuffer records) {
        final ByteArrayOutputStream messages = new ByteArrayOutputStream();
        try {
            while (records.hasRemaining()) {
                final int type = records.get();
                records.getShort();
                final ByteBuffer content = take(records, Short.toUnsignedInt(records.getShort()));
                if (type == HANDSHAKE_RECORD) {
                    messages.write(content.array(), content.arrayOffset() + content.position(), content.remaining());
                } else if (type == ALERT_RECORD) {
                    break;
                }
            }
        } catch (final BufferUnderflowException e) {
            return messages.toByteArray();
        }
        return messages.toByteArray();
    }

    private static Optional<String> ofServerHello(final ByteBuffer hello) {
        take(hello, VERSION_AND_RANDOM);
        take(hello, Byte.toUnsignedInt(hello.get()));
        take(hello, SUITE_AND_COMPRESSION);
        if (hello.remaining() < Short.BYTES) {
            return Optional.empty();
        }

        hello.getShort();
        while (hello.hasRemaining()) {
            final int type = Short.toUnsignedInt(hello.getShort());
            final ByteBuffer extension = take(hello, Short.toUnsignedInt(hello.getShort()));
            if (type == KEY_SHARE) {
                return Optional.of(name(extension));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofServerKeyExchange(final ByteBuffer exchange) {
        return exchange.get() == NAMED_CURVE ? Optional.of(name(exchange)) : Optional.empty();
    }

    private static String name(final ByteBuffer group) {
        final short id = group.getShort();
        return NAMES.getOrDefault(Short.toUnsignedInt(id), "0x" + HexFormat.of().toHexDigits(id));
    }

    private static ByteBuffer take(final ByteBuffer from, final int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }

        final ByteBuffer taken = from.slice(from.position(), length);
        from.position(from.position() + length);
        return taken;
    }
}
