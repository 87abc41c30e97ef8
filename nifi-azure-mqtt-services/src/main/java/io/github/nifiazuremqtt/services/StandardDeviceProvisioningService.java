/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.mqtt.HiveMqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint.WebSocketSettings;
import io.github.nifiazuremqtt.services.mqtt.TlsSettings;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.ProductInfo;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import io.github.nifiazuremqtt.services.provisioning.DeviceRegistrar;
import io.github.nifiazuremqtt.services.provisioning.RegistrarSettings;
import io.github.nifiazuremqtt.services.provisioning.RegistrationProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Registrations with the Azure IoT Hub Device Provisioning Service over MQTT.
 */
@Tags({"azure", "iot", "iot hub", "dps", "mqtt", "device", "provisioning", "register", "enrollment"})
@CapabilityDescription("Registers devices with the Azure IoT Hub Device Provisioning Service over MQTT, each in a short connection of its own, and at the pace "
        + "that the service allows. The credentials are those of the enrollments: a device key, an enrollment group key, or certificates.")
@SystemResourceConsideration(resource = SystemResource.NETWORK, description = "At most 160 connections at a time, each for a few seconds.")
public class StandardDeviceProvisioningService extends AbstractControllerService implements DeviceProvisioningService, VerifiableControllerService {

    static final PropertyDescriptor GLOBAL_ENDPOINT = new PropertyDescriptor.Builder()
            .name("Global Endpoint")
            .description("Host name of the Device Provisioning Service. The global one finds the service by its ID Scope.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(new HostAddressValidator())
            .defaultValue("global.azure-devices-provisioning.net")
            .required(true)
            .build();

    static final PropertyDescriptor ID_SCOPE = new PropertyDescriptor.Builder()
            .name("ID Scope")
            .description("Names the Device Provisioning Service: on its overview page in the Azure portal, for example 0ne00000000.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(new SecretFreeValidator(StandardValidators.createRegexMatchingValidator(Pattern.compile("[0-9A-Za-z._-]+"), true,
                    "is no ID scope, which has letters and digits only")))
            .required(true)
            .build();

    static final PropertyDescriptor DEVICE_CREDENTIALS_SERVICE = new PropertyDescriptor.Builder()
            .name("Device Credentials Service")
            .description("How devices prove that they belong to an enrollment.")
            .identifiesControllerService(DeviceCredentialsService.class)
            .required(true)
            .build();

    static final PropertyDescriptor REGISTRATION_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Registration Timeout")
            .description("Longest time for one registration from its turn to its end, waiting for a custom allocation function included. How long a "
                    + "registration waits for its turn is up to the component that asks for it.")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(5, TimeUnit.SECONDS, 1, TimeUnit.HOURS)))
            .defaultValue("2 min")
            .required(true)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(GLOBAL_ENDPOINT, ID_SCOPE, DEVICE_CREDENTIALS_SERVICE,
            ConnectionProperties.TRANSPORT_PROTOCOL, ConnectionProperties.SSL_CONTEXT_SERVICE, ConnectionProperties.PROXY_CONFIGURATION_SERVICE,
            REGISTRATION_TIMEOUT);

    private static final int MQTT_PORT = 8883;

    private static final int WEB_SOCKET_PORT = 443;

    private static final WebSocketSettings WEB_SOCKET = new WebSocketSettings("$iothub/websocket", "");

    private static final int IO_THREADS = 2;

    private volatile DeviceRegistrar registrar;

    private volatile RegistrarSettings settings;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    /**
     * Reads the configuration; connections are made when devices register.
     */
    @OnEnabled
    public void onEnabled(final ConfigurationContext context) {
        final DeviceCredentialsService credentials = context.getProperty(DEVICE_CREDENTIALS_SERVICE).asControllerService(DeviceCredentialsService.class);
        settings = readSettings(context);
        registrar = DeviceRegistrar.of("DeviceProvisioning-" + getIdentifier(), settings, credentials::getCredentials, createSessions());
    }

    /**
     * Ends all registrations and threads.
     */
    @OnDisabled
    public void onDisabled() {
        final DeviceRegistrar running = registrar;
        registrar = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public CompletableFuture<ProvisioningResult> register(final ProvisioningRequest request, final Duration timeout) {
        final DeviceRegistrar running = registrar;
        return running == null
                ? CompletableFuture.failedFuture(new IoTHubException(FailureCategory.CLOSED, "The Device Provisioning Service is disabled"))
                : running.register(request, timeout);
    }

    @Override
    public String getIdScope() {
        return settings.idScope();
    }

    @Override
    public String getEndpointUri() {
        final ServerEndpoint endpoint = settings.endpoint();
        return "%s://%s/%s".formatted(endpoint.findWebSocket().isPresent() ? "wss" : "mqtts", endpoint.host(), settings.idScope());
    }

    @Override
    public List<ConfigVerificationResult> verify(final ConfigurationContext context, final ComponentLog verificationLogger,
                                                 final Map<String, String> variables) {
        final RegistrarSettings verified;
        try {
            verified = readSettings(context);
        } catch (final WireFormatException | IllegalStateException e) {
            return List.of(new ConfigVerificationResult.Builder().verificationStepName("Read Configuration").outcome(Outcome.FAILED)
                    .explanation(ShownText.sentence(e.getMessage())).build());
        }

        final DeviceCredentialsService credentials = context.getProperty(DEVICE_CREDENTIALS_SERVICE).asControllerService(DeviceCredentialsService.class);
        try (MqttSessionFactory sessions = createSessions()) {
            return new ProvisioningVerification(new RegistrationProbe(verified, credentials::getCredentials, sessions), verified.registrationTimeout(),
                    verified.endpoint().findProxy().isPresent()).verify(variables.get(ProvisioningVerification.REGISTRATION_ID_ATTRIBUTE));
        }
    }

    private MqttSessionFactory createSessions() {
        return new HiveMqttSessionFactory("DeviceProvisioning-" + getIdentifier() + "-io", IO_THREADS);
    }

    private static RegistrarSettings readSettings(final PropertyContext context) {
        final HostAddress address = ConnectionProperties.readHost(context, GLOBAL_ENDPOINT).orElseThrow();
        final boolean webSocket = context.getProperty(ConnectionProperties.TRANSPORT_PROTOCOL).asAllowableValue(TransportProtocol.class)
                == TransportProtocol.MQTT_WEB_SOCKET;
        final ServerEndpoint endpoint = new ServerEndpoint(address.host(), address.portOr(webSocket ? WEB_SOCKET_PORT : MQTT_PORT),
                new TlsSettings(ConnectionProperties.readTrust(context), null), webSocket ? WEB_SOCKET : null, ConnectionProperties.readProxy(context),
                ConnectionProperties.LONGEST_CONNECT);
        return new RegistrarSettings(endpoint, context.getProperty(ID_SCOPE).evaluateAttributeExpressions().getValue(), ProductInfo.TEXT,
                context.getProperty(REGISTRATION_TIMEOUT).asDuration());
    }
}
