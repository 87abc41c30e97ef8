/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.nifiazuremqtt.emulator.sas.PercentCoding;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A port for HTTP on the loopback address: the management port, for people and tests on the same machine, or the service API with TLS and tokens. */
public final class ManagementServer implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(ManagementServer.class.getName());
    private static final int NO_BODY = -1;

    private final Routes routes;
    private final RequestGuard guard;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /**
     * Opens a port that everyone may use.
     *
     * @param port port, 0 for a free one
     * @throws IOException if the port is in use
     */
    public ManagementServer(final int port, final Routes routes) throws IOException {
        this(HttpServer.create(), port, routes, RequestGuard.OPEN);
    }

    private ManagementServer(final HttpServer server, final int port, final Routes routes, final RequestGuard guard) throws IOException {
        this.server = server;
        this.routes = routes;
        this.guard = guard;
        try {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (final IOException e) {
            throw new IOException("Management port %d cannot be opened: %s".formatted(port, e.getMessage()), e);
        }

        server.setExecutor(executor);
        server.createContext("/", this::serve);
        server.start();
    }

    /**
     * Opens a port with TLS.
     *
     * @param port port, 0 for a free one
     * @param guard who may use it
     * @throws IOException if the port is in use
     */
    public static ManagementServer secured(final int port, final Routes routes, final SSLContext tls, final RequestGuard guard) throws IOException {
        final HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new ManagementServer(server, port, routes, guard);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void serve(final HttpExchange exchange) throws IOException {
        try (exchange) {
            final ManagementResponse response = answer(exchange);
            response.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(response.status(), response.body().length == 0 ? NO_BODY : response.body().length);
            exchange.getResponseBody().write(response.body());
        }
    }

    private ManagementResponse answer(final HttpExchange exchange) throws IOException {
        try {
            final String[] path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/")).map(PercentCoding::decode).toArray(String[]::new);
            final String method = method(exchange);
            final String hub = guard.admit(method, exchange.getRequestURI().getPath(), header(exchange, "Authorization"));
            final Routes.Match match = match(method, path, exchange.getRequestURI().getPath());
            final Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            if (!hub.isEmpty()) {
                query.put("hub", hub);
            }

            return match.handler().apply(new ManagementRequest(match.path(), query, headers(exchange), exchange.getRequestBody().readAllBytes()));
        } catch (final ManagementException e) {
            return e.response(Instant.now());
        } catch (final IllegalArgumentException e) {
            return ManagementException.of(ServiceError.ARGUMENT_INVALID, e.getMessage()).response(Instant.now());
        } catch (final RuntimeException e) {
            LOGGER.log(Level.WARNING, "A management request failed", e);
            return ManagementException.of(ServiceError.SERVER_ERROR, e.toString()).response(Instant.now());
        }
    }

    private Routes.Match match(final String method, final String[] path, final String plainPath) {
        return routes.find(method, path).orElseThrow(() -> {
            final List<String> others = routes.methods(path);
            return others.isEmpty()
                    ? new ManagementException(404, "NotFound", "nothing is at %s: GET / lists what there is".formatted(plainPath))
                    : new ManagementException(405, "MethodNotAllowed", "%s takes %s, not %s".formatted(plainPath, String.join(", ", others), method));
        });
    }

    /** The HTTP client of some languages knows no PATCH and asks for it in a header. */
    private static String method(final HttpExchange exchange) {
        final String override = header(exchange, "X-HTTP-Method-Override");
        return exchange.getRequestMethod().equals("POST") && !override.isEmpty() ? override : exchange.getRequestMethod();
    }

    private static Map<String, String> headers(final HttpExchange exchange) {
        final Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return headers;
    }

    private static String header(final HttpExchange exchange, final String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static Map<String, String> query(final String text) {
        final Map<String, String> query = new HashMap<>();
        if (text != null) {
            for (final String parameter : text.split("&")) {
                final int equals = parameter.indexOf('=');
                query.put(PercentCoding.decode(equals < 0 ? parameter : parameter.substring(0, equals)),
                        equals < 0 ? "" : PercentCoding.decode(parameter.substring(equals + 1)));
            }
        }

        return query;
    }
}
