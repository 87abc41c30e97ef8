/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.connection.ConnectionSettings;
import io.github.nifiazuremqtt.services.connection.HubConnect;
import io.github.nifiazuremqtt.services.mqtt.HiveMqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException.Kind;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.mqtt.ProxySettings;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.TlsProbe;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;

/**
 * Walks the way of a connection step by step, so that the first one that fails is the one to look at. Each failure names the cure, and a command by which the
 * administrator of the machine sees the same without NiFi.
 */
final class ConnectionVerifier {

    private static final String RESOLVE = "Resolve Host Name";

    private static final String REACH = "Open TCP Connection";

    private static final String PROXY = "Ask Proxy";

    private static final String TLS = "Perform TLS Handshake";

    private static final String CLOCK = "Compare Clocks";

    private static final String CREDENTIALS = "Create Credentials";

    private static final String CONNECT = "Connect";

    private static final Set<Kind> PROXY_FAILURES = Set.of(Kind.PROXY_DOWN, Kind.PROXY_REFUSED, Kind.PROXY_FOUND_NO_WAY);

    /** TCP, proxy and TLS may take the connect timeout each. */
    private static final int STAGES = 3;

    private final List<ConfigVerificationResult> results = new ArrayList<>();

    private final Clock clock = Clock.systemUTC();

    private final ConnectionSettings settings;

    private final HostAddress hub;

    private final ServerEndpoint server;

    ConnectionVerifier(final ConnectionSettings settings, final HostAddress hub) {
        this.settings = settings;
        this.hub = hub;
        server = settings.transport().endpoint(hub, null);
    }

    /**
     * @param identity whom to connect as, or null if nobody is named
     */
    List<ConfigVerificationResult> verify(final DeviceCredentialsService credentials, final DeviceIdentity identity) {
        try (HiveMqttSessionFactory sessions = new HiveMqttSessionFactory("IoTHubConnection-verify", 1)) {
            if (verifyWay(sessions)) {
                verifyIdentity(sessions, credentials, identity);
            }
        }
        return results;
    }

    /** Behind a proxy the name of the hub is not looked up here: that is what the proxy does, and this machine often cannot. */
    private boolean verifyWay(final HiveMqttSessionFactory sessions) {
        final Optional<ProxySettings> proxy = server.findProxy();
        final String host = proxy.map(ProxySettings::host).orElse(server.host());
        final int port = proxy.map(ProxySettings::port).orElse(server.port());
        return resolve(host) && reach(host, port) && shakeHands(sessions.probe(server));
    }

    private boolean resolve(final String host) {
        try {
            return successful(RESOLVE, "[%s] is %s".formatted(host, Arrays.stream(InetAddress.getAllByName(host)).map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "))));
        } catch (final UnknownHostException e) {
            return failed(RESOLVE, "[%s] has no address. Check the spelling %s and the DNS of this machine. Command: nslookup %s".formatted(host,
                    server.findProxy().isPresent() ? "in Proxy Configuration Service" : "(the full name, for example contoso.azure-devices.net)", host));
        }
    }

    private boolean reach(final String host, final int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) server.connectTimeout().toMillis());
            return successful(REACH, "Port %d of [%s] answers".formatted(port, host));
        } catch (final IOException e) {
            return failed(REACH, "Port %d of [%s] does not answer: %s. %s. Command: nc -vz %s %d".formatted(
                    port, host, e.getMessage(), server.findProxy().isPresent()
                            ? "Check host and port in Proxy Configuration Service, and that the proxy runs"
                            : "Ask who runs the firewall to let it out" + otherTransport(), host, port));
        }
    }

    private String otherTransport() {
        return settings.transport().webSocket() ? "" : ", or choose MQTT over WebSocket, which needs port 443 only";
    }

    private boolean shakeHands(final TlsProbe probe) {
        try {
            final String protocol = probe.handshake().get(server.connectTimeout().multipliedBy(STAGES).toMillis(), TimeUnit.MILLISECONDS);
            return tunnelled() && successful(TLS, "%s; the certificate is for %s, issued by %s, valid until %s".formatted(protocol, subject(probe),
                    issuer(probe), probe.shown().getFirst().getNotAfter().toInstant())) && compareClocks(probe);
        } catch (final ExecutionException e) {
            return noHandshake(probe, e.getCause());
        } catch (final TimeoutException e) {
            return failed(TLS, "[%s] did not answer in time. Command: %s".formatted(server, command()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(TLS, "Interrupted");
        }
    }

    private boolean noHandshake(final TlsProbe probe, final Throwable reason) {
        if (reason instanceof final MqttSessionException failure && PROXY_FAILURES.contains(failure.getKind())) {
            return failed(PROXY, "%s. Command: %s".formatted(failure.getMessage(), command()));
        }

        tunnelled();
        compareClocks(probe);
        return failed(TLS, "%s. %s. Command: %s".formatted(reason.getMessage(), cure(probe), command()));
    }

    private boolean tunnelled() {
        return server.findProxy().map(proxy -> successful(PROXY, "[%s] opens a tunnel to [%s], whose name it looks up itself".formatted(proxy, server)))
                .orElse(true);
    }

    private String command() {
        return server.findProxy().map(proxy -> "curl -v --proxy %s%s https://%s/".formatted(proxy,
                        proxy.findUserName().isPresent() ? " --proxy-user USER" : "", server))
                .orElseGet(() -> "openssl s_client -connect %s -servername %s -showcerts </dev/null".formatted(server, server.host()));
    }

    private String cure(final TlsProbe probe) {
        if (probe.shown().isEmpty()) {
            return "The server showed no certificate: something on the way cuts TLS, or the port speaks something else";
        }
        return ("The server shows a certificate for %s, issued by %s. If that is the hub or the gateway, let SSL Context Service trust the issuer, and"
                + " connect by a name that the certificate holds; if it is another, something on the way opens TLS").formatted(subject(probe), issuer(probe));
    }

    private static String subject(final TlsProbe probe) {
        return "[%s]".formatted(probe.shown().getFirst().getSubjectX500Principal().getName());
    }

    private static String issuer(final TlsProbe probe) {
        return "[%s]".formatted(probe.shown().getFirst().getIssuerX500Principal().getName());
    }

    /** A server says the time by the validity of its certificate only, which is enough to find a clock that was never set. */
    private boolean compareClocks(final TlsProbe probe) {
        if (probe.shown().isEmpty()) {
            return skipped(CLOCK, "This machine says it is %s. The server showed no certificate to compare that with".formatted(clock.instant()));
        }

        final Instant now = clock.instant();
        final Optional<X509Certificate> outside = probe.shown().stream()
                .filter(certificate -> now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(certificate.getNotAfter().toInstant()))
                .findFirst();
        return outside.map(certificate -> failed(CLOCK, ("This machine says it is %s, and the certificate of the server is valid from %s to %s. Set the clock,"
                        + " or have the certificate renewed. Command: timedatectl").formatted(now, certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant())))
                .orElseGet(() -> successful(CLOCK, "This machine says it is %s, which fits the certificates of the server".formatted(now)));
    }

    private void verifyIdentity(final MqttSessionFactory sessions, final DeviceCredentialsService credentials, final DeviceIdentity identity) {
        if (identity == null) {
            skipped(CREDENTIALS, "No device is named: give the verification attribute iothub.device.id (and iothub.module.id) a value");
            return;
        }

        final List<DeviceCredential> all;
        try {
            all = credentials.getCredentials(CredentialTarget.hub(hub.host(), identity));
            for (final DeviceCredential credential : all) {
                create(identity, credential);
            }
        } catch (final IoTHubException e) {
            failed(CREDENTIALS, e.getMessage());
            return;
        }
        final HubConnect hubConnect = new HubConnect(settings, sessions, clock);
        all.forEach(credential -> connect(hubConnect, identity, credential));
    }

    private void create(final DeviceIdentity identity, final DeviceCredential credential) {
        final Optional<AccessToken> token = credential.createAccessToken();
        if (token.isEmpty()) {
            successful(CREDENTIALS, "[%s] proves itself by a certificate: %s".formatted(identity, credential.getLabel()));
        } else if (token.get().expiration().isBefore(clock.instant())) {
            failed(CREDENTIALS, "The token of [%s] (%s) ended %s, and this machine says it is %s. Make a new one, or set the clock (timedatectl)".formatted(
                    identity, credential.getLabel(), token.get().expiration(), clock.instant()));
        } else {
            successful(CREDENTIALS, "The %s of [%s] makes tokens, this one until %s".formatted(credential.getLabel(), identity, token.get().expiration()));
        }
    }

    private void connect(final HubConnect hubConnect, final DeviceIdentity identity, final DeviceCredential credential) {
        final String step = "%s with the %s".formatted(CONNECT, credential.getLabel());
        try {
            hubConnect.connect(identity, hub, credential, new Deaf())
                    .get(settings.connackTimeout().plus(server.connectTimeout()).toMillis(), TimeUnit.MILLISECONDS)
                    .session().disconnect().get();
            successful(step, "[%s] accepts [%s]. If it was connected elsewhere, that connection has ended".formatted(hub, identity));
        } catch (final ExecutionException e) {
            failed(step, e.getCause().getMessage());
        } catch (final TimeoutException e) {
            failed(step, "[%s] did not answer in %d s. Try again; if it stays so, the way is blocked behind the first hop".formatted(
                    hub, settings.connackTimeout().toSeconds()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(step, "Interrupted");
        }
    }

    private boolean successful(final String step, final String explanation) {
        return add(step, Outcome.SUCCESSFUL, explanation);
    }

    private boolean failed(final String step, final String explanation) {
        return !add(step, Outcome.FAILED, explanation);
    }

    private boolean skipped(final String step, final String explanation) {
        return add(step, Outcome.SKIPPED, explanation);
    }

    private boolean add(final String step, final Outcome outcome, final String explanation) {
        results.add(new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(ShownText.sentence(explanation)).build());
        return true;
    }

    /** Acknowledges nothing: what comes while a connection is tried stays with the hub. */
    private static final class Deaf implements MqttSessionListener {

        @Override
        public void received(final IncomingMessage message) {
            // The hub sends it again.
        }

        @Override
        public void closed(final MqttSessionException reason) {
            // The step has its result.
        }
    }
}
