/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.services.connection.ConnectionSettings;
import io.github.nifiazuremqtt.services.connection.ConnectionSettings.ConnectionLimits;
import io.github.nifiazuremqtt.services.connection.HubTransport;
import io.github.nifiazuremqtt.services.mqtt.ProxySettings;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.proxy.ProxyConfiguration;
import org.apache.nifi.proxy.ProxyConfigurationService;
import org.apache.nifi.proxy.SocksVersion;
import org.apache.nifi.ssl.SSLContextProvider;

/**
 * The properties of the connection service, and the settings that they say.
 */
final class ConnectionProperties {

    static final PropertyDescriptor DEVICE_CREDENTIALS_SERVICE = new PropertyDescriptor.Builder()
            .name("Device Credentials Service")
            .description("How devices and modules prove who they are.")
            .identifiesControllerService(DeviceCredentialsService.class)
            .required(true)
            .build();

    static final PropertyDescriptor HUB_ASSIGNMENT_STRATEGY = new PropertyDescriptor.Builder()
            .name("Hub Assignment Strategy")
            .description("Who says on which hub a device lives.")
            .allowableValues(HubAssignmentStrategy.class)
            .defaultValue(HubAssignmentStrategy.HOST_NAME)
            .required(true)
            .build();

    static final PropertyDescriptor DEVICE_PROVISIONING_SERVICE = new PropertyDescriptor.Builder()
            .name("Device Provisioning Service")
            .description("Registers devices. Its credentials and those of this service are usually the same.")
            .identifiesControllerService(DeviceProvisioningService.class)
            .dependsOn(HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.DEVICE_PROVISIONING_SERVICE)
            .required(true)
            .build();

    static final PropertyDescriptor HOST_NAME = new PropertyDescriptor.Builder()
            .name("Host Name")
            .description("Full host name of the IoT Hub, for example contoso.azure-devices.net. Empty: the one that the credentials name, as a connection "
                    + "string or a shared access signature does.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(new HostAddressValidator())
            .dependsOn(HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.HOST_NAME)
            .build();

    static final PropertyDescriptor GATEWAY_HOST_NAME = new PropertyDescriptor.Builder()
            .name("Gateway Host Name")
            .description("Host name of the IoT Edge gateway to connect to instead of the hub. Its certificate is usually issued by an authority of the plant, "
                    + "which SSL Context Service has to trust. Empty: the one in the connection string of the credentials, if it names one.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(new HostAddressValidator())
            .build();

    static final PropertyDescriptor TRANSPORT_PROTOCOL = new PropertyDescriptor.Builder()
            .name("Transport Protocol")
            .description("How MQTT is carried.")
            .allowableValues(TransportProtocol.class)
            .defaultValue(TransportProtocol.MQTT)
            .required(true)
            .build();

    static final PropertyDescriptor SSL_CONTEXT_SERVICE = new PropertyDescriptor.Builder()
            .name("SSL Context Service")
            .description("SSL Context Service whose trust store says whom to trust, for a gateway or a proxy that shows certificates of its own. Its key "
                    + "store is not used: a client certificate belongs to the credentials. Empty: the authorities that Java trusts, which is right for Azure.")
            .identifiesControllerService(SSLContextProvider.class)
            .build();

    /** Not the constant of NiFi, whose name is not the same in all versions that this bundle runs on. */
    static final PropertyDescriptor PROXY_CONFIGURATION_SERVICE = new PropertyDescriptor.Builder()
            .name("Proxy Configuration Service")
            .description("Proxy on the way to the server: HTTP (with CONNECT) or SOCKS 5, with or without a user name and password, for both transport "
                    + "protocols. The proxy looks up the name of the server, and has to let the port of the transport protocol through: 8883 or 443.")
            .identifiesControllerService(ProxyConfigurationService.class)
            .build();

    static final PropertyDescriptor MODEL_ID = new PropertyDescriptor.Builder()
            .name("Model ID")
            .description("Plug and Play model that the devices announce, for example dtmi:com:example:Thermostat;1.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(new SecretFreeValidator(StandardValidators.createRegexMatchingValidator(
                    Pattern.compile("dtmi:[A-Za-z][A-Za-z0-9_:]*[A-Za-z0-9](;[1-9][0-9.]*)?"), true, "is no digital twin model identifier")))
            .build();

    static final PropertyDescriptor CONNECTION_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Connection Timeout")
            .description("How long the hub may take to accept a connection. A hub under load answers late, so that a short time makes things worse.")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 10, TimeUnit.MINUTES)))
            .defaultValue("60 sec")
            .required(true)
            .build();

    static final PropertyDescriptor KEEP_ALIVE_INTERVAL = new PropertyDescriptor.Builder()
            .name("Keep Alive Interval")
            .description("Longest silence before a ping. Many firewalls forget a connection after 4 minutes of silence; IoT Hub allows 1177 seconds.")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(5, TimeUnit.SECONDS, 1177, TimeUnit.SECONDS)))
            .defaultValue("60 sec")
            .required(true)
            .build();

    static final PropertyDescriptor MAXIMUM_RECONNECT_DELAY = new PropertyDescriptor.Builder()
            .name("Maximum Reconnect Delay")
            .description("Longest pause between two attempts to connect. The pauses grow from a second and are random, so that many devices "
                    + "do not come back at the same moment. Where a person must act (wrong key, identity used twice) the pause is minutes.")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.HOURS)))
            .defaultValue("1 min")
            .required(true)
            .build();

    static final PropertyDescriptor MAXIMUM_MESSAGES_IN_FLIGHT = new PropertyDescriptor.Builder()
            .name("Maximum Messages In Flight")
            .description("Messages of one device that are sent and not acknowledged yet. More is faster over a long line; when a connection "
                    + "is cut, so many may be sent twice.")
            .addValidator(new SecretFreeValidator(StandardValidators.createLongValidator(1, 32_000, true)))
            .defaultValue("500")
            .required(true)
            .build();

    static final PropertyDescriptor MAXIMUM_CONNECTIONS = new PropertyDescriptor.Builder()
            .name("Maximum Connections")
            .description("Devices and modules that are connected at the same time, on each node. When there is one more, the one that is idle longest is "
                    + "disconnected; if none is idle, it waits.")
            .addValidator(new SecretFreeValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR))
            .defaultValue("10000")
            .required(true)
            .build();

    static final PropertyDescriptor IDLE_CONNECTION_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Idle Connection Timeout")
            .description("How long a connection that no component uses stays open.")
            .addValidator(new SecretFreeValidator(StandardValidators.TIME_PERIOD_VALIDATOR))
            .defaultValue("5 min")
            .required(true)
            .build();

    static final List<PropertyDescriptor> ALL = List.of(DEVICE_CREDENTIALS_SERVICE, HUB_ASSIGNMENT_STRATEGY, HOST_NAME, DEVICE_PROVISIONING_SERVICE,
            GATEWAY_HOST_NAME, TRANSPORT_PROTOCOL, SSL_CONTEXT_SERVICE, PROXY_CONFIGURATION_SERVICE, MODEL_ID, CONNECTION_TIMEOUT, KEEP_ALIVE_INTERVAL,
            MAXIMUM_RECONNECT_DELAY, MAXIMUM_MESSAGES_IN_FLIGHT, MAXIMUM_CONNECTIONS, IDLE_CONNECTION_TIMEOUT);

    /** For TCP, TLS, proxy and WebSocket each; what is slow under load is the CONNACK. */
    static final Duration LONGEST_CONNECT = Duration.ofSeconds(20);

    private ConnectionProperties() {
    }

    /**
     * @param gateway gateway that the credentials name, or null
     */
    static ConnectionSettings readSettings(final PropertyContext context, final HostAddress gateway) {
        final Duration timeout = context.getProperty(CONNECTION_TIMEOUT).asDuration();
        final HubTransport transport = new HubTransport(
                context.getProperty(TRANSPORT_PROTOCOL).asAllowableValue(TransportProtocol.class) == TransportProtocol.MQTT_WEB_SOCKET,
                readHost(context, GATEWAY_HOST_NAME).orElse(gateway), readTrust(context), readProxy(context),
                timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT);
        return new ConnectionSettings(transport, context.getProperty(MODEL_ID).evaluateAttributeExpressions().getValue(), timeout,
                context.getProperty(KEEP_ALIVE_INTERVAL).asDuration(), context.getProperty(MAXIMUM_RECONNECT_DELAY).asDuration(),
                new ConnectionLimits(context.getProperty(MAXIMUM_MESSAGES_IN_FLIGHT).asInteger(), context.getProperty(MAXIMUM_CONNECTIONS).asInteger(),
                        context.getProperty(IDLE_CONNECTION_TIMEOUT).asDuration()));
    }

    static Optional<HostAddress> readHost(final PropertyContext context, final PropertyDescriptor descriptor) {
        return Optional.ofNullable(context.getProperty(descriptor).evaluateAttributeExpressions().getValue())
                .filter(host -> !host.isBlank())
                .map(HostAddress::parse);
    }

    static X509TrustManager readTrust(final PropertyContext context) {
        final SSLContextProvider provider = context.getProperty(SSL_CONTEXT_SERVICE).asControllerService(SSLContextProvider.class);
        if (provider != null) {
            return provider.createTrustManager();
        }

        try {
            final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Java has no trust manager for certificates"));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("The authorities that Java trusts cannot be read", e);
        }
    }

    static ProxySettings readProxy(final PropertyContext context) {
        final ProxyConfigurationService service = context.getProperty(PROXY_CONFIGURATION_SERVICE).asControllerService(ProxyConfigurationService.class);
        if (service == null) {
            return null;
        }

        final ProxyConfiguration proxy = service.getConfiguration();
        return switch (proxy.getProxyType()) {
            case DIRECT -> null;
            case HTTP -> proxySettings(ProxySettings.Kind.HTTP_CONNECT, proxy);
            case SOCKS -> {
                if (proxy.getSocksVersion() == SocksVersion.SOCKS4) {
                    throw new IllegalStateException("Proxy Configuration Service says SOCKS 4, which lets no proxy look up host names: SOCKS 5 is needed");
                }
                yield proxySettings(ProxySettings.Kind.SOCKS_5, proxy);
            }
        };
    }

    private static ProxySettings proxySettings(final ProxySettings.Kind kind, final ProxyConfiguration proxy) {
        if (proxy.getProxyServerHost() == null || proxy.getProxyServerPort() == null) {
            throw new IllegalStateException("Proxy Configuration Service names no host and port of the proxy");
        }
        return new ProxySettings(kind, proxy.getProxyServerHost(), proxy.getProxyServerPort(), proxy.getProxyUserName(), proxy.getProxyUserPassword());
    }
}
