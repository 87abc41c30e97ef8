/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.github.nifiazuremqtt.api.ShownText;
import java.util.Objects;

/**
 * Why a connection could not be made, or ended, or a message was not sent. What libraries and servers say about it is taken as {@link ShownText} takes it.
 */
public class MqttSessionException extends Exception {

    /** There was no CONNACK, or it is not what the failure is about. */
    public static final int NO_RETURN_CODE = -1;

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    private final int returnCode;

    public MqttSessionException(final Kind kind, final String message, final Throwable cause) {
        this(kind, message, NO_RETURN_CODE, cause);
    }

    MqttSessionException(final Kind kind, final String message, final int returnCode, final Throwable cause) {
        super(ShownText.sentence(message), ShownText.cause(cause));
        this.kind = Objects.requireNonNull(kind, "Kind required");
        this.returnCode = returnCode;
    }

    /**
     * @return a refused CONNECT
     */
    public static MqttSessionException refused(final int returnCode) {
        return new MqttSessionException(Kind.REFUSED, "CONNECT refused with return code " + returnCode, returnCode, null);
    }

    public Kind getKind() {
        return kind;
    }

    /**
     * @return return code of the CONNACK (MQTT 3.1.1, 3.2.2.3) of a refused CONNECT, otherwise {@link #NO_RETURN_CODE}
     */
    public int getReturnCode() {
        return returnCode;
    }

    /** What failed. */
    public enum Kind {

        /** The host name has no address. */
        UNKNOWN_HOST,

        /** No TCP connection, or the WebSocket handshake failed. */
        UNREACHABLE,

        /** The proxy has no address, cannot be reached, or does not answer. */
        PROXY_DOWN,

        /** The proxy wants other credentials, or does not allow the server. */
        PROXY_REFUSED,

        /** The proxy cannot resolve the host name, or cannot reach the server; it tells these two alike. */
        PROXY_FOUND_NO_WAY,

        /** TLS handshake: trust, host name, protocol, or the server refused the client certificate. */
        TLS,

        /** The server answered CONNECT with a return code other than 0. */
        REFUSED,

        /** No CONNACK or SUBACK in time. */
        TIMED_OUT,

        /** The server closed the connection, or the network did. */
        CLOSED,

        /** The session was ended by this side. */
        ENDED,

        /** The message cannot be put on the wire. */
        INVALID
    }
}
