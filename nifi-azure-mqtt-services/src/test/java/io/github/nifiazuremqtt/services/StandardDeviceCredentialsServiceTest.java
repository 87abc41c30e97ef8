/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.credentials.TestCertificates;
import io.github.nifiazuremqtt.services.credentials.TestCertificates.Issued;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.ssl.SSLContextProvider;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StandardDeviceCredentialsServiceTest {

    private static final String ID = "credentials";

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final CredentialTarget TARGET = CredentialTarget.hub("hub", DeviceIdentity.ofDevice("dev"));

    private final StandardDeviceCredentialsService service = new StandardDeviceCredentialsService(Clock.systemUTC(), Duration.ofMillis(20));

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    private final Map<PropertyDescriptor, String> properties = new HashMap<>();

    @BeforeEach
    void setService() throws Exception {
        runner.addControllerService(ID, service);
    }

    @AfterEach
    void disableService() {
        if (runner.isControllerServiceEnabled(service)) {
            runner.disableControllerService(service);
        }
    }

    @Test
    void testConnectionString() {
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub:18883;DeviceId=dev;SharedAccessKey=" + KEY);
        final List<DeviceCredential> credentials = enable();
        assertEquals(List.of("primary key"), credentials.stream().map(DeviceCredential::getLabel).toList());
        assertEquals("hub:18883", service.findConnectionDetails().orElseThrow().hostName());
        assertLifetime(Duration.ofHours(1), credentials);
        assertVerified("Device [dev] at hub [hub:18883]");
    }

    @Test
    void testConnectionStringWithSignature() {
        final String token = token("hub%2Fdevices%2Fdev", Instant.now().plus(Duration.ofDays(30)));
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub;DeviceId=dev;SharedAccessSignature=" + token);
        assertEquals(token, enable().getFirst().createAccessToken().orElseThrow().value());
        assertEquals(List.of(), getBulletins());
    }

    @Test
    void testDeviceKeys() {
        setStrategy(AuthenticationStrategy.DEVICE_KEY);
        set(CredentialProperties.DEVICE_KEY, KEY);
        set(CredentialProperties.SECONDARY_DEVICE_KEY, "+XLy+MVZ+aTeOnVzN2kLeB16O+kSxmz6g3rS6fAf6rw=");
        set(CredentialProperties.TOKEN_LIFETIME, "24 hours");
        final List<DeviceCredential> credentials = enable();
        assertEquals(2, credentials.size());
        assertLifetime(Duration.ofDays(1), credentials);
        assertTrue(service.findConnectionDetails().isEmpty());
        assertVerified("A primary key of 32 and a secondary key of 32 bytes");
    }

    @Test
    void testEnrollmentGroupKey() {
        setStrategy(AuthenticationStrategy.ENROLLMENT_GROUP_KEY);
        set(CredentialProperties.ENROLLMENT_GROUP_KEY, KEY);
        assertEquals("key derived from the group key for [dev]", enable().getFirst().getLabel());
        assertVerified("An enrollment group key of 32 bytes");
    }

    @Test
    void testSharedAccessPolicyWarns() {
        setStrategy(AuthenticationStrategy.SHARED_ACCESS_POLICY);
        set(CredentialProperties.POLICY_KEY, KEY);
        assertTrue(enable().getFirst().createAccessToken().orElseThrow().value().endsWith("&skn=device"));
        assertEquals(1, getBulletins().size());
        assertTrue(getBulletins().getFirst().contains("policy [device] opens every device of the hub"));
        final List<ConfigVerificationResult> results = verify();
        assertTrue(results.getLast().getExplanation().startsWith("Warning: The key of shared access policy [device]"));
    }

    @Test
    void testSharedAccessSignatureWarnsBeforeAndAtItsEndAndLeavesNoThread() {
        final Instant end = Instant.now().plusSeconds(2);
        setStrategy(AuthenticationStrategy.SHARED_ACCESS_SIGNATURE);
        set(CredentialProperties.SHARED_ACCESS_SIGNATURE, token("hub%2Fdevices%2Fdev", end));
        enable();
        assertTrue(getBulletins().getFirst().contains("shared access signature for [hub/devices/dev] ends at"));
        await(() -> getBulletins().size() == 2);
        assertTrue(getBulletins().getLast().contains("shared access signature for [hub/devices/dev] ended at"));
        assertTrue(isWatched());
        assertEquals(Outcome.FAILED, verify().getLast().getOutcome());

        runner.disableControllerService(service);
        await(() -> !isWatched());
    }

    @Test
    void testVerifyOfSharedAccessSignature() {
        setStrategy(AuthenticationStrategy.SHARED_ACCESS_SIGNATURE);
        set(CredentialProperties.SHARED_ACCESS_SIGNATURE, token("hub", Instant.now().plus(Duration.ofDays(30)).plusSeconds(60)));
        assertVerified("Shared access signature for [hub]");
        assertTrue(verify().getLast().getExplanation().startsWith("Good until"));
    }

    @Test
    void testVerifyOfUnreadableConnectionString() {
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub;SharedAccessKey=" + KEY);
        final List<ConfigVerificationResult> results = verify();
        assertEquals(Outcome.FAILED, results.getFirst().getOutcome());
        assertEquals("Connection string has no DeviceId", results.getFirst().getExplanation());
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_STRING, Connection String, HostName=hub;DeviceId=dev;SharedAccessKey=AAECAwQF",
        "CONNECTION_STRING, Connection String, HostName=hub;DeviceId=dev;SharedAccessSignature=AAECAwQF",
        "CONNECTION_STRING, Connection String, HostName=hub;SharedAccessKeyName=device;SharedAccessKey=AAECAwQF",
        "DEVICE_KEY, Device Key, AAECAwQF",
        "ENROLLMENT_GROUP_KEY, Enrollment Group Key, AAECAwQF!",
        "SHARED_ACCESS_POLICY, Policy Key, SharedAccessKey=AAECAwQF",
        "SHARED_ACCESS_SIGNATURE, Shared Access Signature, SharedAccessSignature sr=AAECAwQF"
    })
    void testInvalidSecretIsNamedAndNotShown(final String strategy, final String property, final String value) {
        setStrategy(AuthenticationStrategy.valueOf(strategy));
        final ValidationResult result = runner.setProperty(service, property, value);
        runner.assertNotValid(service);
        assertEquals(property, result.getSubject());
        assertFalse(result.toString().contains("AAECAwQF"));
        assertFalse(result.getExplanation().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"59 min", "25 hours", "soon"})
    void testTokenLifetimeRefused(final String lifetime) {
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub;DeviceId=dev;SharedAccessKey=" + KEY);
        runner.assertValid(service);
        set(CredentialProperties.TOKEN_LIFETIME, lifetime);
        runner.assertNotValid(service);
    }

    @Test
    void testTokenLifetimeOverride() {
        System.setProperty(TokenLifetimeOverride.PROPERTY, "PT20S");
        try {
            set(CredentialProperties.CONNECTION_STRING, "HostName=hub;DeviceId=dev;SharedAccessKey=" + KEY);
            assertLifetime(Duration.ofSeconds(20), enable());
        } finally {
            System.clearProperty(TokenLifetimeOverride.PROPERTY);
        }
    }

    @Test
    void testPemText() throws Exception {
        final Issued device = TestCertificates.selfSigned("dev");
        setStrategy(AuthenticationStrategy.X509_PEM);
        set(CredentialProperties.CERTIFICATE, TestCertificates.pem(device.certificate()));
        set(CredentialProperties.PRIVATE_KEY, device.keyPem());
        runner.assertValid(service);
        assertEquals(device.certificate(), certificateOf(enable()));
        assertVerified("Certificate text: [CN=dev] issued by [CN=dev]");
    }

    @Test
    void testPemFilesDependOnDevice(@TempDir final Path files) throws Exception {
        final Issued device = TestCertificates.issue("DEV", null, Instant.now().minusSeconds(60), Instant.now().plusSeconds(7200));
        Files.writeString(files.resolve("dev.pem"), TestCertificates.pem(device.certificate()));
        Files.writeString(files.resolve("dev.key"), device.keyPem());
        setStrategy(AuthenticationStrategy.X509_PEM);
        set(CredentialProperties.CERTIFICATE, files + "/${iothub.device.id:toLower()}.pem");
        set(CredentialProperties.PRIVATE_KEY, files + "/${dps.registration.id:toLower()}.key");
        runner.assertValid(service);
        runner.enableControllerService(service);
        assertEquals(device.certificate(), certificateOf(service.getCredentials(CredentialTarget.hub("hub", DeviceIdentity.ofDevice("DEV")))));
        assertEquals(device.certificate(), certificateOf(service.getCredentials(CredentialTarget.registration("0ne1", "DEV"))));
        await(() -> !getBulletins().isEmpty());
        assertTrue(getBulletins().getFirst().contains("The certificate of [DEV] ends at"));

        assertEquals(Outcome.SKIPPED, verify().getFirst().getOutcome());
        final List<ConfigVerificationResult> results = verify(Map.of("iothub.device.id", "DEV"));
        assertEquals(List.of("Read Certificate", "Check Certificate", "Compare Common Name"),
                results.stream().map(ConfigVerificationResult::getVerificationStepName).toList());
        assertEquals(Outcome.FAILED, verify(Map.of("iothub.device.id", "other")).getFirst().getOutcome());
    }

    @Test
    void testPemTextWithoutCertificateIsInvalid() throws Exception {
        setStrategy(AuthenticationStrategy.X509_PEM);
        set(CredentialProperties.PRIVATE_KEY, TestCertificates.selfSigned("dev").keyPem());
        final ValidationResult result = runner.setProperty(service, CredentialProperties.CERTIFICATE, TestCertificates.selfSigned("dev").keyPem());
        assertTrue(result.getExplanation().contains("holds a private key, and NiFi shows and keeps Certificate as it is"), result.getExplanation());
        runner.assertNotValid(service);
    }

    @Test
    void testSslContextService() throws Exception {
        final Issued device = TestCertificates.selfSigned("dev");
        setStrategy(AuthenticationStrategy.X509_CERTIFICATE);
        runner.assertNotValid(service);
        setKeyStore(device);
        assertEquals(device.certificate(), certificateOf(enable()));
        assertTrue(isWatched());
    }

    @Test
    void testConnectionStringWithCertificate() throws Exception {
        final Issued device = TestCertificates.selfSigned("dev");
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub;DeviceId=dev;x509=true");
        runner.assertNotValid(service);
        setKeyStore(device);
        assertEquals(device.certificate(), certificateOf(enable()));
        assertEquals("hub", service.findConnectionDetails().orElseThrow().hostName());
    }

    @Test
    void testNoThreadForKeys() {
        set(CredentialProperties.CONNECTION_STRING, "HostName=hub;DeviceId=dev;SharedAccessKey=" + KEY);
        enable();
        assertFalse(isWatched());
    }

    private void setKeyStore(final Issued entry) throws Exception {
        final KeyStoreService keyStoreService = new KeyStoreService(entry);
        runner.addControllerService("key store", keyStoreService);
        runner.enableControllerService(keyStoreService);
        set(CredentialProperties.SSL_CONTEXT_SERVICE, "key store");
        runner.assertValid(service);
    }

    private static X509Certificate certificateOf(final List<DeviceCredential> credentials) {
        return credentials.getFirst().findKeyManager().orElseThrow().getCertificateChain("device")[0];
    }

    private void setStrategy(final AuthenticationStrategy strategy) {
        set(CredentialProperties.AUTHENTICATION_STRATEGY, strategy.getValue());
    }

    private void set(final PropertyDescriptor descriptor, final String value) {
        properties.put(descriptor, value);
        runner.setProperty(service, descriptor, value);
    }

    private List<DeviceCredential> enable() {
        runner.enableControllerService(service);
        return service.getCredentials(TARGET);
    }

    private List<ConfigVerificationResult> verify() {
        return verify(Map.of());
    }

    private List<ConfigVerificationResult> verify(final Map<String, String> attributes) {
        final List<ConfigVerificationResult> results = service.verify(new MockConfigurationContext(service, properties, null, Map.of()), getLog(), attributes);
        results.forEach(result -> assertFalse(result.getExplanation().contains(KEY.substring(0, 8))));
        return results;
    }

    private void assertVerified(final String explanation) {
        final List<ConfigVerificationResult> results = verify();
        results.forEach(result -> assertEquals(Outcome.SUCCESSFUL, result.getOutcome()));
        assertTrue(results.getFirst().getExplanation().startsWith(explanation), results.getFirst().getExplanation());
    }

    private static void assertLifetime(final Duration lifetime, final List<DeviceCredential> credentials) {
        final Instant expiration = credentials.getFirst().createAccessToken().orElseThrow().expiration();
        final Duration life = Duration.between(Instant.now(), expiration);
        assertTrue(life.compareTo(lifetime) <= 0 && life.compareTo(lifetime.minusSeconds(10)) > 0, life.toString());
    }

    private static String token(final String resource, final Instant end) {
        return SharedAccessSignature.parse("SharedAccessSignature sr=" + resource + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se="
                + end.getEpochSecond()).text();
    }

    private MockComponentLog getLog() {
        return runner.getControllerServiceLogger(ID);
    }

    private List<String> getBulletins() {
        return new ArrayList<>(getLog().getWarnMessages()).stream().map(LogMessage::getMsg).toList();
    }

    private static boolean isWatched() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("StandardDeviceCredentialsService[id=credentials] expiration"));
    }

    private static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** An SSL Context Service with one key. */
    private static final class KeyStoreService extends AbstractControllerService implements SSLContextProvider {

        private final Issued entry;

        private KeyStoreService(final Issued entry) {
            this.entry = entry;
        }

        @Override
        public SSLContext createContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<X509ExtendedKeyManager> createKeyManager() {
            try {
                final KeyStore keyStore = KeyStore.getInstance("PKCS12");
                keyStore.load(null, null);
                keyStore.setKeyEntry("entry", entry.keyPair().getPrivate(), new char[0], new Certificate[]{entry.certificate()});
                final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(keyStore, new char[0]);
                return Optional.of((X509ExtendedKeyManager) factory.getKeyManagers()[0]);
            } catch (final GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public X509TrustManager createTrustManager() {
            throw new UnsupportedOperationException();
        }
    }
}
