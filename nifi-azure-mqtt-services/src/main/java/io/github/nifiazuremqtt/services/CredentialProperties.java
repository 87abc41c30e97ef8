/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.services.credentials.CertificateOwner;
import io.github.nifiazuremqtt.services.credentials.CertificateSource;
import io.github.nifiazuremqtt.services.credentials.ConnectionStringSource;
import io.github.nifiazuremqtt.services.credentials.CredentialSource;
import io.github.nifiazuremqtt.services.credentials.DeviceKeySource;
import io.github.nifiazuremqtt.services.credentials.GroupKeySource;
import io.github.nifiazuremqtt.services.credentials.KeyStoreCertificateLoader;
import io.github.nifiazuremqtt.services.credentials.PemCertificateLoader;
import io.github.nifiazuremqtt.services.credentials.PolicyKeySource;
import io.github.nifiazuremqtt.services.credentials.SharedAccessKey;
import io.github.nifiazuremqtt.services.credentials.SignatureSource;
import io.github.nifiazuremqtt.services.credentials.TokenIssuer;
import io.github.nifiazuremqtt.services.protocol.ConnectionString;
import io.github.nifiazuremqtt.services.protocol.ConnectionString.Proof;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.migration.PropertyConfiguration;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.ssl.SSLContextProvider;

/**
 * Properties of {@link StandardDeviceCredentialsService}, and how they become a source of credentials.
 */
final class CredentialProperties {

    /** Attribute that a path of a certificate may depend on: the device id; for a registration the registration id. */
    static final String DEVICE_ID_ATTRIBUTE = "iothub.device.id";

    /** Attribute that a path of a certificate may depend on: the module id. */
    static final String MODULE_ID_ATTRIBUTE = "iothub.module.id";

    /** Attribute that a path of a certificate may depend on: the registration id, which is the device id unless the device was provisioned under another. */
    static final String REGISTRATION_ID_ATTRIBUTE = "dps.registration.id";

    /** What {@link #SSL_CONTEXT_SERVICE} was called in version 0.1.0. */
    private static final String SSL_CONTEXT_SERVICE_IN_0_1 = "SSL Context Service";

    static final PropertyDescriptor AUTHENTICATION_STRATEGY = new PropertyDescriptor.Builder()
            .name("Authentication Strategy")
            .description("How a device proves who it is.")
            .required(true)
            .allowableValues(AuthenticationStrategy.class)
            .defaultValue(AuthenticationStrategy.CONNECTION_STRING)
            .build();

    static final PropertyDescriptor CONNECTION_STRING = new PropertyDescriptor.Builder()
            .name("Connection String")
            .description("Connection string of a device or module: HostName=..;DeviceId=..;SharedAccessKey=.. It may hold ModuleId, GatewayHostName, "
                    + "and SharedAccessSignature or x509=true in place of the key.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(CredentialProperties::requireReadable))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.CONNECTION_STRING)
            .build();

    static final PropertyDescriptor DEVICE_KEY = new PropertyDescriptor.Builder()
            .name("Device Key")
            .description("Primary symmetric key of the device, module or individual enrollment, in base64.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY)
            .build();

    static final PropertyDescriptor SECONDARY_DEVICE_KEY = new PropertyDescriptor.Builder()
            .name("Secondary Device Key")
            .description("Key that is tried when the primary one is refused, so that keys can be changed while the flow runs.")
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY)
            .build();

    static final PropertyDescriptor ENROLLMENT_GROUP_KEY = new PropertyDescriptor.Builder()
            .name("Enrollment Group Key")
            .description("Symmetric key of the enrollment group, in base64. The key of each device is derived from it and the registration id.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.ENROLLMENT_GROUP_KEY)
            .build();

    static final PropertyDescriptor POLICY_NAME = new PropertyDescriptor.Builder()
            .name("Policy Name")
            .description("Name of a shared access policy of the hub that has the right DeviceConnect.")
            .required(true)
            .defaultValue("device")
            .addValidator(new SecretFreeValidator(StandardValidators.NON_BLANK_VALIDATOR))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    static final PropertyDescriptor POLICY_KEY = new PropertyDescriptor.Builder()
            .name("Policy Key")
            .description("Key of the shared access policy, in base64. It opens every device of the hub.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    static final PropertyDescriptor SHARED_ACCESS_SIGNATURE = new PropertyDescriptor.Builder()
            .name("Shared Access Signature")
            .description("Token for the device, module or registration: SharedAccessSignature sr=..&sig=..&se=.. If it is that of a device or module, it also "
                    + "names it and its hub. Warnings come before it ends.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessSignature::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_SIGNATURE)
            .build();

    static final PropertyDescriptor TOKEN_LIFETIME = new PropertyDescriptor.Builder()
            .name("Token Lifetime")
            .description("How long a token is good. The connection is renewed before it ends.")
            .required(true)
            .defaultValue("1 hour")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.HOURS, 24, TimeUnit.HOURS)))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.CONNECTION_STRING, AuthenticationStrategy.DEVICE_KEY,
                    AuthenticationStrategy.ENROLLMENT_GROUP_KEY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    static final PropertyDescriptor SSL_CONTEXT_SERVICE = new PropertyDescriptor.Builder()
            .name("Client Certificate SSL Context Service")
            .description("SSL Context Service whose key store holds the private key and certificate of the device. If it holds several, that whose common "
                    + "name is the device id is taken. A connection string needs it only if it says x509=true. Its trust store is not used: which servers are "
                    + "trusted is set in the connection service.")
            .identifiesControllerService(SSLContextProvider.class)
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.CONNECTION_STRING, AuthenticationStrategy.X509_CERTIFICATE)
            .build();

    static final PropertyDescriptor CERTIFICATE = new PropertyDescriptor.Builder()
            .name("Certificate")
            .description("Certificate of the device in PEM, followed by those that issued it: the text, or the path of a file. "
                    + "The path may depend on the device, as in /certificates/${iothub.device.id}.pem.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE, ResourceType.TEXT)
            .addValidator(new SecretValidator(PemCertificateLoader::requireCertificate))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.X509_PEM)
            .build();

    static final PropertyDescriptor PRIVATE_KEY = new PropertyDescriptor.Builder()
            .name("Private Key")
            .description("Private key of the device in PEM (PKCS#1, PKCS#8 or SEC1, encrypted or not): the text, or the path of a file. "
                    + "The path may depend on the device, as in /certificates/${iothub.device.id}.key.")
            .required(true)
            .sensitive(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE, ResourceType.TEXT)
            .addValidator(new SecretValidator(PemCertificateLoader::requirePrivateKey))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.X509_PEM)
            .build();

    static final PropertyDescriptor PRIVATE_KEY_PASSWORD = new PropertyDescriptor.Builder()
            .name("Private Key Password")
            .description("Password of an encrypted private key.")
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.X509_PEM)
            .build();

    static final List<PropertyDescriptor> ALL = List.of(AUTHENTICATION_STRATEGY, CONNECTION_STRING, DEVICE_KEY, SECONDARY_DEVICE_KEY, ENROLLMENT_GROUP_KEY,
            POLICY_NAME, POLICY_KEY, SHARED_ACCESS_SIGNATURE, TOKEN_LIFETIME, SSL_CONTEXT_SERVICE, CERTIFICATE, PRIVATE_KEY, PRIVATE_KEY_PASSWORD);

    private CredentialProperties() {
    }

    static AuthenticationStrategy readStrategy(final PropertyContext context) {
        return context.getProperty(AUTHENTICATION_STRATEGY).asAllowableValue(AuthenticationStrategy.class);
    }

    /**
     * @return true if the configuration says that the proof is in a key store
     */
    static boolean needsSslContextService(final PropertyContext context) {
        return switch (readStrategy(context)) {
            case X509_CERTIFICATE -> true;
            case CONNECTION_STRING -> readConnectionString(context).proof() == Proof.CERTIFICATE;
            default -> false;
        };
    }

    /**
     * @throws IoTHubException if certificate and private key are given for all devices and cannot be used together
     */
    static void requirePemPair(final PropertyContext context) {
        final PropertyValue certificate = context.getProperty(CERTIFICATE);
        final PropertyValue privateKey = context.getProperty(PRIVATE_KEY);
        if (readStrategy(context) == AuthenticationStrategy.X509_PEM && certificate.isSet() && privateKey.isSet()
                && !certificate.isExpressionLanguagePresent() && !privateKey.isExpressionLanguagePresent()) {
            PemCertificateLoader.requirePair(certificate.getValue(), privateKey.getValue(), context.getProperty(PRIVATE_KEY_PASSWORD).getValue());
        }
    }

    /**
     * Brings what version 0.1.0 has written into the names and values of today.
     */
    static void migrate(final PropertyConfiguration configuration) {
        configuration.renameProperty(SSL_CONTEXT_SERVICE_IN_0_1, SSL_CONTEXT_SERVICE.getName());
        final String strategy = configuration.getRawPropertyValue(AUTHENTICATION_STRATEGY).orElse("");
        for (final AuthenticationStrategy known : AuthenticationStrategy.values()) {
            // Its values were the names of the constants.
            if (known.name().equals(strategy)) {
                configuration.setProperty(AUTHENTICATION_STRATEGY, known.getValue());
            }
        }
    }

    static CredentialSource createSource(final PropertyContext context, final Clock clock) {
        return switch (readStrategy(context)) {
            case CONNECTION_STRING -> createConnectionStringSource(context, clock);
            case DEVICE_KEY -> new DeviceKeySource(readKey(context, DEVICE_KEY),
                    context.getProperty(SECONDARY_DEVICE_KEY).isSet() ? readKey(context, SECONDARY_DEVICE_KEY) : null, createTokenIssuer(context, clock));
            case ENROLLMENT_GROUP_KEY -> new GroupKeySource(readKey(context, ENROLLMENT_GROUP_KEY), createTokenIssuer(context, clock));
            case SHARED_ACCESS_POLICY -> new PolicyKeySource(context.getProperty(POLICY_NAME).getValue(), readKey(context, POLICY_KEY),
                    createTokenIssuer(context, clock));
            case SHARED_ACCESS_SIGNATURE -> new SignatureSource(SharedAccessSignature.parse(context.getProperty(SHARED_ACCESS_SIGNATURE).getValue()), clock);
            case X509_CERTIFICATE -> createKeyStoreSource(context, clock);
            case X509_PEM -> createPemSource(context, clock);
        };
    }

    private static CredentialSource createConnectionStringSource(final PropertyContext context, final Clock clock) {
        final ConnectionString connectionString = readConnectionString(context);
        final CredentialSource proof = switch (connectionString.proof()) {
            case KEY -> new DeviceKeySource(SharedAccessKey.parse(connectionString.secret()), null, createTokenIssuer(context, clock));
            case SIGNATURE -> new SignatureSource(SharedAccessSignature.parse(connectionString.secret()), clock);
            case CERTIFICATE -> createKeyStoreSource(context, clock);
        };
        return new ConnectionStringSource(connectionString, proof);
    }

    private static CredentialSource createKeyStoreSource(final PropertyContext context, final Clock clock) {
        final SSLContextProvider provider = context.getProperty(SSL_CONTEXT_SERVICE).asControllerService(SSLContextProvider.class);
        return new CertificateSource(new KeyStoreCertificateLoader(provider::createKeyManager), clock);
    }

    private static CredentialSource createPemSource(final PropertyContext context, final Clock clock) {
        final PropertyValue certificate = context.getProperty(CERTIFICATE);
        final PropertyValue privateKey = context.getProperty(PRIVATE_KEY);
        final boolean perDevice = certificate.isExpressionLanguagePresent() || privateKey.isExpressionLanguagePresent();
        return new CertificateSource(new PemCertificateLoader(evaluate(CERTIFICATE, certificate), evaluate(PRIVATE_KEY, privateKey),
                context.getProperty(PRIVATE_KEY_PASSWORD).getValue(), perDevice), clock);
    }

    private static Function<CertificateOwner, String> evaluate(final PropertyDescriptor descriptor, final PropertyValue value) {
        return owner -> {
            try {
                return value.evaluateAttributeExpressions(attributesOf(owner)).getValue();
            } catch (final ProcessException e) {
                // The cause is left out: its text is the expression, and perhaps a secret that was pasted in its place.
                throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "The expression in property %s cannot be evaluated"
                        .formatted(descriptor.getName()));
            }
        };
    }

    private static Map<String, String> attributesOf(final CertificateOwner owner) {
        if (owner == null) {
            return Map.of();
        }

        final Map<String, String> attributes = new HashMap<>();
        attributes.put(DEVICE_ID_ATTRIBUTE, owner.identity().deviceId());
        attributes.put(REGISTRATION_ID_ATTRIBUTE, owner.registrationId());
        owner.identity().module().ifPresent(module -> attributes.put(MODULE_ID_ATTRIBUTE, module));
        return attributes;
    }

    private static void requireReadable(final String text) {
        final ConnectionString connectionString = ConnectionString.parse(text);
        if (connectionString.proof() == Proof.KEY) {
            SharedAccessKey.parse(connectionString.secret());
        } else if (connectionString.proof() == Proof.SIGNATURE) {
            SharedAccessSignature.parse(connectionString.secret());
        }
    }

    private static ConnectionString readConnectionString(final PropertyContext context) {
        return ConnectionString.parse(context.getProperty(CONNECTION_STRING).getValue());
    }

    private static SharedAccessKey readKey(final PropertyContext context, final PropertyDescriptor descriptor) {
        return SharedAccessKey.parse(context.getProperty(descriptor).getValue());
    }

    private static TokenIssuer createTokenIssuer(final PropertyContext context, final Clock clock) {
        return new TokenIssuer(clock, TokenLifetimeOverride.apply(context.getProperty(TOKEN_LIFETIME).asDuration()));
    }
}
