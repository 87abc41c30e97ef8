/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Speaks MQTT packet by packet, and can break every rule of it. */
final class RawMqttClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    RawMqttClient(final Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    static RawMqttClient open(final IoTHubEmulator emulator) throws IOException {
        return new RawMqttClient(tlsSocket(emulator, emulator.mqttPort()));
    }

    static SSLSocket tlsSocket(final IoTHubEmulator emulator, final int port, final String... protocols) throws IOException {
        return tlsSocket(emulator.trustAnchor(), port, protocols);
    }

    static SSLSocket tlsSocket(final X509Certificate anchor, final int port, final String... protocols) throws IOException {
        final SSLSocket socket = (SSLSocket) trusting(anchor).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }

        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.startHandshake();
        return socket;
    }

    static SSLContext trusting(final X509Certificate anchor) {
        try {
            final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("emulator", anchor);
            final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A CONNECT that a hub accepts, to be bent by tests. */
    static Connect connect(final IoTHubEmulator emulator, final String deviceId) {
        return new Connect(deviceId, emulator.hostName() + "/" + deviceId + "/?api-version=2021-04-12",
                emulator.token(deviceId, Duration.ofHours(1)), 4, 0, 60, null);
    }

    RawMqttClient send(final int header, final byte[] body) throws IOException {
        final ByteArrayOutputStream packet = new ByteArrayOutputStream(body.length + 5);
        packet.write(header);
        int length = body.length;
        do {
            packet.write(length > 127 ? length % 128 | 0x80 : length);
            length /= 128;
        } while (length > 0);
        packet.writeBytes(body);
        out.write(packet.toByteArray());
        out.flush();
        return this;
    }

    /** CONNECT, and the return code of its CONNACK. */
    int connectWith(final Connect connect) throws IOException {
        send(0x10, connect.body());
        return readConnack() & 0xFF;
    }

    /** Session present flag in the high byte, return code in the low byte. */
    int readConnack() throws IOException {
        final Packet packet = read();
        if (packet.header() != 0x20 || packet.body().length != 2) {
            throw new IOException("Not a CONNACK: " + packet);
        }

        return packet.body()[0] << 8 | packet.body()[1];
    }

    RawMqttClient publish(final int flags, final String topic, final int packetId, final byte[] payload) throws IOException {
        final Body body = new Body().text(topic);
        if ((flags & 0x06) != 0) {
            body.number(packetId);
        }

        return send(0x30 | flags, body.bytes(payload).toByteArray());
    }

    RawMqttClient publish(final String topic, final int packetId, final String payload) throws IOException {
        return publish(0x02, topic, packetId, payload.getBytes(StandardCharsets.UTF_8));
    }

    RawMqttClient subscribe(final int packetId, final String filter, final int qos) throws IOException {
        return send(0x82, new Body().number(packetId).text(filter).bytes(new byte[]{(byte) qos}).toByteArray());
    }

    RawMqttClient unsubscribe(final int packetId, final String filter) throws IOException {
        return send(0xA2, new Body().number(packetId).text(filter).toByteArray());
    }

    /** Packet id of a PUBACK that must come next. */
    int readPuback() throws IOException {
        final Packet packet = read();
        if (packet.header() != 0x40) {
            throw new IOException("Not a PUBACK: " + packet);
        }

        return packet.packetId();
    }

    Packet read() throws IOException {
        final int header = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        final byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(header, body);
    }

    /** Whether the other side closes without sending another packet. */
    boolean isClosedSilently() throws IOException {
        try {
            return in.read() < 0;
        } catch (final SocketTimeoutException e) {
            return false;
        } catch (final EOFException | SocketException e) {
            return true;
        }
    }

    /** Closes the socket without DISCONNECT. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    void disconnect() throws IOException {
        send(0xE0, new byte[0]);
        isClosedSilently();
        close();
    }

    record Packet(int header, byte[] body) {
        int packetId() {
            return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        }

        @Override
        public String toString() {
            return "Packet[header=0x%02X, length=%d]".formatted(header, body.length);
        }
    }

    record WillFields(String topic, String payload, int qos) {
    }

    /** Fields of a CONNECT; a null field is left out. Flag bit 1 is CleanSession. */
    record Connect(String clientId, String userName, String password, int level, int flags, int keepAlive, WillFields will) {

        Connect clientId(final String value) {
            return new Connect(value, userName, password, level, flags, keepAlive, will);
        }

        Connect userName(final String value) {
            return new Connect(clientId, value, password, level, flags, keepAlive, will);
        }

        Connect password(final String value) {
            return new Connect(clientId, userName, value, level, flags, keepAlive, will);
        }

        Connect level(final int value) {
            return new Connect(clientId, userName, password, value, flags, keepAlive, will);
        }

        Connect cleanSession() {
            return new Connect(clientId, userName, password, level, flags | 0x02, keepAlive, will);
        }

        Connect keepAlive(final int value) {
            return new Connect(clientId, userName, password, level, flags, value, will);
        }

        Connect will(final String topic, final String payload, final int qos) {
            return new Connect(clientId, userName, password, level, flags, keepAlive, new WillFields(topic, payload, qos));
        }

        byte[] body() {
            int bits = flags | (userName == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
            final Body body = new Body().text(level == 3 ? "MQIsdp" : "MQTT");
            if (will != null) {
                bits |= 0x04 | will.qos << 3;
            }

            body.bytes(new byte[]{(byte) level, (byte) bits}).number(keepAlive);
            if (level == 5) {
                body.bytes(new byte[]{0});
            }

            body.text(clientId);
            if (will != null) {
                body.text(will.topic).text(will.payload);
            }

            if (userName != null) {
                body.text(userName);
            }

            return password == null ? body.toByteArray() : body.text(password).toByteArray();
        }
    }

    static final class Body {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Body text(final String text) {
            final byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            return number(encoded.length).bytes(encoded);
        }

        Body number(final int value) {
            bytes.write(value >> 8);
            bytes.write(value);
            return this;
        }

        Body bytes(final byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
