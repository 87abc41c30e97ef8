/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.connection.ConnectionSettings;
import io.github.nifiazuremqtt.services.connection.DeviceConnections;
import io.github.nifiazuremqtt.services.connection.HubAssignment;
import io.github.nifiazuremqtt.services.connection.ProvisionedHubAssignment;
import io.github.nifiazuremqtt.services.connection.UnsupportedHub;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.annotation.lifecycle.OnShutdown;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;

/**
 * Connections of devices and modules to IoT Hub or to an IoT Edge gateway.
 */
@Tags({"azure", "iot", "iot hub", "iot edge", "mqtt", "device", "connection"})
@CapabilityDescription("Connects devices and modules to Azure IoT Hub or to an Azure IoT Edge gateway over MQTT. Each identity has exactly "
        + "one connection, which "
        + "all processors share that use it; connections are opened when they are needed, kept, renewed before their token ends, and closed "
        + "when nobody needs them.")
@SystemResourceConsideration(resource = SystemResource.MEMORY,
        description = "About 50 KB for each connection, and the messages in flight on it, which Maximum Messages In Flight limits.")
@SystemResourceConsideration(resource = SystemResource.NETWORK, description = "One TCP connection for each device or module.")
@Stateful(scopes = Scope.LOCAL,
        description = "With Hub Assignment Strategy Device Provisioning Service: on which hub each device lives, so that devices are not registered again "
        + "after a restart. Each node keeps the devices that it has connected; one that moves to another node is asked for again there. No secret is kept. "
        + "Clearing the state lets every device register again when it is next needed.")
public final class StandardIoTHubConnectionService extends AbstractControllerService implements IoTHubConnectionService, VerifiableControllerService {

    private static final String DEVICE_ID = "iothub.device.id";

    private static final String MODULE_ID = "iothub.module.id";

    private static final String FIND_HUB = "Find hub";

    private static final Duration LONGEST_VERIFICATION = Duration.ofSeconds(60);

    private volatile DeviceConnections connections;

    private volatile DeviceIdentity configuredIdentity;

    /** Null unless the Device Provisioning Service assigns the hubs. */
    private volatile AssignmentState assignmentState;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return ConnectionProperties.ALL;
    }

    /**
     * Asks the credentials, once they are enabled, for what no property says.
     */
    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final boolean withoutHost = context.getProperty(ConnectionProperties.HUB_ASSIGNMENT_STRATEGY).asAllowableValue(HubAssignmentStrategy.class)
                == HubAssignmentStrategy.HOST_NAME && !context.getProperty(ConnectionProperties.HOST_NAME).isSet();
        final PropertyValue credentials = context.getProperty(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE);
        if (!withoutHost || !credentials.isSet() || !context.getControllerServiceLookup().isControllerServiceEnabled(credentials.getValue())
                || credentials.asControllerService(DeviceCredentialsService.class).findConnectionDetails().isPresent()) {
            return List.of();
        }

        return List.of(new ValidationResult.Builder().subject(ConnectionProperties.HOST_NAME.getName()).valid(false)
                .explanation("it is empty, and the credentials hold no connection string that names a hub: give the host name of the hub").build());
    }

    /**
     * Reads the configuration; connections are made when they are needed.
     */
    @OnEnabled
    public void onEnabled(final ConfigurationContext context) {
        final Configuration configuration = read(context);
        configuredIdentity = configuration.details.map(ConnectionDetails::identity).orElse(null);
        connections = new DeviceConnections(threadName(), configuration.settings, configuration.credentials,
                configuration.findHub().map(HubAssignment::of).orElseGet(() -> createProvisionedAssignment(configuration.provisioning)), getLogger());
    }

    private HubAssignment createProvisionedAssignment(final DeviceProvisioningService provisioning) {
        final AssignmentState state = createState(provisioning);
        final ProvisionedHubAssignment assignment = new ProvisionedHubAssignment(provisioning, state.load(), state::onChanged, Clock.systemUTC(),
                System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
        state.setSource(assignment::toMap);
        assignmentState = state;
        return assignment;
    }

    private AssignmentState createState(final DeviceProvisioningService provisioning) {
        return new AssignmentState(getStateManager(), provisioning.getIdScope(), getLogger(), threadName() + "-state");
    }

    private String threadName() {
        return "IoTHubConnection-" + getIdentifier();
    }

    private static Configuration read(final PropertyContext context) {
        final DeviceCredentialsService credentials = context.getProperty(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE)
                .asControllerService(DeviceCredentialsService.class);
        final Optional<ConnectionDetails> details = credentials.findConnectionDetails();
        final HostAddress gateway = details.flatMap(ConnectionDetails::findGatewayHostName).map(HostAddress::parse).orElse(null);
        final ConnectionSettings settings = ConnectionProperties.readSettings(context, gateway);
        return switch (context.getProperty(ConnectionProperties.HUB_ASSIGNMENT_STRATEGY).asAllowableValue(HubAssignmentStrategy.class)) {
            case HOST_NAME -> new Configuration(credentials, details, readHub(context, details), null, settings);
            case DEVICE_PROVISIONING_SERVICE -> new Configuration(credentials, details, null,
                    context.getProperty(ConnectionProperties.DEVICE_PROVISIONING_SERVICE).asControllerService(DeviceProvisioningService.class), settings);
        };
    }

    private static HostAddress readHub(final PropertyContext context, final Optional<ConnectionDetails> details) {
        return ConnectionProperties.readHost(context, ConnectionProperties.HOST_NAME)
                .or(() -> details.map(ConnectionDetails::hostName).map(HostAddress::parse))
                .orElseThrow(() -> new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                        "Host Name is empty, and the credentials name no hub, as a connection string does"));
    }

    @Override
    public List<ConfigVerificationResult> verify(final ConfigurationContext context, final ComponentLog verificationLogger,
                                                 final Map<String, String> variables) {
        final Configuration configuration;
        try {
            configuration = read(context);
        } catch (final IoTHubException | WireFormatException | IllegalStateException e) {
            return List.of(result("Read configuration", Outcome.FAILED, e.getMessage()));
        }

        final String deviceId = variables.get(DEVICE_ID);
        final DeviceIdentity identity = deviceId == null || deviceId.isBlank() ? configuration.details.map(ConnectionDetails::identity).orElse(null)
                : DeviceIdentity.of(deviceId, variables.get(MODULE_ID));
        final Optional<String> problem = Optional.ofNullable(identity).flatMap(IdentityRules::findProblem);
        if (problem.isPresent()) {
            return List.of(result("Read configuration", Outcome.FAILED, problem.get()));
        }

        return configuration.findHub().map(known -> verify(configuration, known, identity))
                .orElseGet(() -> identity == null ? List.of(result(FIND_HUB, Outcome.SKIPPED, """
                        Each device has a hub of its own: name a device in the verification attribute iothub.device.id, or verify the Device Provisioning \
                        Service"""))
                        : verifyAssigned(configuration, identity));
    }

    private static List<ConfigVerificationResult> verify(final Configuration configuration, final HostAddress hub, final DeviceIdentity identity) {
        return new ConnectionVerifier(configuration.settings, hub).verify(configuration.credentials, identity);
    }

    /** A device that was never used is registered, as it is when it is first used. */
    private List<ConfigVerificationResult> verifyAssigned(final Configuration configuration, final DeviceIdentity identity) {
        final String known;
        try (AssignmentState state = createState(configuration.provisioning)) {
            known = state.load().get(identity.deviceId());
        }

        final Optional<UnsupportedHub> unsupported = Optional.ofNullable(known).flatMap(UnsupportedHub::parse);
        if (unsupported.isPresent()) {
            return List.of(result(FIND_HUB, Outcome.FAILED, unsupported.get().toFailure(identity.deviceId(), null).getMessage()));
        }

        try {
            final ProvisioningRequest request = new ProvisioningRequest(identity.deviceId(), new byte[0]);
            final String hub = known == null ? configuration.provisioning.register(request, LONGEST_VERIFICATION).get().hostName() : known;
            final List<ConfigVerificationResult> results = new ArrayList<>();
            results.add(result(FIND_HUB, Outcome.SUCCESSFUL, "The Device Provisioning Service assigned [%s] to [%s]".formatted(identity.deviceId(), hub)));
            results.addAll(verify(configuration, HostAddress.parse(hub), identity));
            return results;
        } catch (final ExecutionException e) {
            return List.of(result(FIND_HUB, Outcome.FAILED, e.getCause().getMessage()));
        } catch (final WireFormatException e) {
            return List.of(result(FIND_HUB, Outcome.FAILED, e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(result(FIND_HUB, Outcome.FAILED, "Verification was interrupted"));
        }
    }

    private static ConfigVerificationResult result(final String step, final Outcome outcome, final String explanation) {
        return new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(ShownText.sentence(explanation)).build();
    }

    /**
     * Ends all connections and threads.
     */
    @OnDisabled
    public void onDisabled() {
        final DeviceConnections running = connections;
        connections = null;
        configuredIdentity = null;
        if (running != null) {
            running.close();
        }
        if (assignmentState != null) {
            assignmentState.close();
            assignmentState = null;
        }
    }

    /**
     * Does the same when NiFi ends, which disables no service, so that devices disconnect in an orderly way. State cannot be written any more then.
     */
    @OnShutdown
    public void onShutdown() {
        onDisabled();
    }

    @Override
    public Optional<DeviceIdentity> findConfiguredIdentity() {
        return Optional.ofNullable(configuredIdentity);
    }

    @Override
    public DeviceConnection acquire(final DeviceIdentity identity) {
        return running().registry().acquire(identity);
    }

    private DeviceConnections running() {
        final DeviceConnections running = connections;
        if (running == null) {
            throw new IoTHubException(FailureCategory.CLOSED, "The connection service is disabled");
        }
        return running;
    }

    @Override
    public Receiver<ReceivedMessage> receiveMessages(final DeviceSelection selection) {
        return running().registry().receiveMessages(selection);
    }

    @Override
    public Receiver<DesiredPropertiesUpdate> receiveDesiredProperties(final DeviceSelection selection, final int capacity) {
        return running().registry().receiveDesiredProperties(selection, capacity);
    }

    @Override
    public Receiver<MethodRequest> receiveMethods(final DeviceSelection selection, final int capacity) {
        return running().registry().receiveMethods(selection, capacity);
    }

    /**
     * What the properties say.
     *
     * @param hub          the one hub, or null if the provisioning service assigns one to each device
     * @param provisioning assigns hubs, or null
     */
    private record Configuration(DeviceCredentialsService credentials, Optional<ConnectionDetails> details, HostAddress hub,
                                 DeviceProvisioningService provisioning, ConnectionSettings settings) {

        private Optional<HostAddress> findHub() {
            return Optional.ofNullable(hub);
        }
    }
}
