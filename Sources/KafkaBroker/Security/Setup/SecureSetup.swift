// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaLog
import KafkaProtocol
import KafkaSecurity
import Libc
import Logging
import NIOCore

/// `kafka broker --secure`: an authority and a certificate for this host, and an administrator with a password, all in
/// plain files of the data directory, which only its owner can read and Apache Kafka passes over.
struct SecureSetup {
    static let administrator = "admin"

    private static let authorityFile = "secure-ca.key.pem"
    private static let trustFile = "secure-ca.pem"
    private static let brokerFile = "secure-broker.pem"
    private static let profileFile = "admin.properties"

    private static let day: Int64 = 86_400
    private static let authorityDays: Int64 = 3650
    private static let brokerDays: Int64 = 730
    /// A certificate that ends sooner is made anew.
    private static let renewalDays: Int64 = 90

    let directory: String

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    // MARK: Properties

    /// What a secured broker is configured with, where nobody says otherwise.
    static func properties(listeners: [(name: String, address: String)]) -> [(name: String, value: String)] {
        [
            ("listeners", listeners.map { "\($0.name)://\($0.address)" }.joined(separator: ",")),
            ("listener.security.protocol.map", listeners.map { "\($0.name):SASL_SSL" }.joined(separator: ",")),
            ("sasl.enabled.mechanisms", "SCRAM-SHA-512,SCRAM-SHA-256"),
            ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
            ("super.users", "User:\(administrator)"),
        ]
    }

    var certificateProperties: [(name: String, value: String)] {
        [("ssl.keystore.location", path(Self.brokerFile)), ("ssl.keystore.type", "PEM")]
    }

    // MARK: Certificates

    /// Makes what isn't there, or ends soon, or is for other names.
    /// - Parameter names: by which clients reach this host.
    func prepareCertificates(names: [String], now: Int64) throws(BrokerError) {
        do {
            let authority = try authority(now)
            if try isGood(names, now) { return }
            let identity = try authority.issue(
                to: names.first ?? "broker", names: names, isClient: false,
                validity: (now - Self.day)...(now + Self.brokerDays * Self.day))  // bounded: a clock's seconds
            try write(Self.brokerFile, identity.keyPEM + identity.certificatePEM + authority.identity.certificatePEM)
        } catch {
            throw BrokerError("--secure can't make a certificate: \(error)")
        }
    }

    private func authority(_ now: Int64) throws -> CertificateAuthority {
        let source = KeySource("--secure", path: path(Self.authorityFile))
        if access(path(Self.authorityFile), F_OK) == 0 {
            let known = try CertificateAuthority(source)
            let soon = now + Self.brokerDays * Self.day  // bounded: a clock's seconds
            if try known.identity.facts.notValidAfter > soon {
                if access(path(Self.trustFile), F_OK) != 0 { try write(Self.trustFile, known.identity.certificatePEM) }
                return known
            }
        }
        let new = try CertificateAuthority(
            name: "kafka broker --secure of \(HostName.current)",
            validity: (now - Self.day)...(now + Self.authorityDays * Self.day))  // bounded: a clock's seconds
        try write(Self.authorityFile, new.identity.keyPEM + new.identity.certificatePEM)
        try write(Self.trustFile, new.identity.certificatePEM)
        return new
    }

    private func isGood(_ names: [String], _ now: Int64) throws -> Bool {
        guard access(path(Self.brokerFile), F_OK) == 0 else { return false }
        let properties = Dictionary(certificateProperties.map { ($0.name, $0.value) }) { first, _ in first }
        let settings = try TLSSettings(SecurityProperties(properties), .server)
        guard let facts = try? TLSContext(settings).certificate else { return false }
        return facts.notValidAfter > now + Self.renewalDays * Self.day  // bounded: a clock's seconds
            && Set(names).isSubset(of: facts.names)
    }

    // MARK: The administrator

    /// Gives the administrator a password, unless there is one.
    /// - Returns: the profile's path if it was written.
    func prepareAdministrator(_ controller: Controller, bootstrap: String) async throws(BrokerError) -> String? {
        let known = ScramUser(name: Self.administrator, mechanism: ScramMechanism.sha512.rawValue)
        guard controller.store.image.scramCredentials[known] == nil else { return nil }
        let password = Self.randomPassword()
        let salt = (0..<24).map { _ in UInt8.random(in: .min ... .max) }
        do {
            // The file first: a password that nobody has can't be found out any more.
            try write(Self.profileFile, profile(password, bootstrap))
            let salted = try SHA2.sha512.saltedPassword(
                Array(password.utf8), salt: salt, iterations: Int(ScramMechanism.minimumIterations))
            let answers = await controller.alterScramCredentials(
                AlterUserScramCredentialsRequest {
                    $0.upsertions = [
                        .init {
                            $0.name = Self.administrator
                            $0.mechanism = ScramMechanism.sha512.rawValue
                            $0.iterations = ScramMechanism.minimumIterations
                            $0.salt = ByteBuffer(bytes: salt)
                            $0.saltedPassword = ByteBuffer(bytes: salted)
                        }
                    ]
                })
            for answer in answers where answer.errorCode != .none {
                throw BrokerError("\(answer.errorMessage ?? "\(answer.errorCode)")")
            }
        } catch {
            throw BrokerError("--secure can't set the administrator up: \(error)")
        }
        return path(Self.profileFile)
    }

    /// 26 of 32 letters and digits, of which none looks like another: 130 bits.
    private static func randomPassword() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789-")
        var random = SystemRandomNumberGenerator()
        return String((0..<26).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
    }

    private func profile(_ password: String, _ bootstrap: String) -> String {
        """
        # The administrator of this broker: kafka topics --command-config admin.properties --list
        # librdkafka takes the same with ssl.ca.location, sasl.username and sasl.password.
        bootstrap.servers=\(bootstrap)
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="\(Self.administrator)" password="\(password)";
        ssl.truststore.type=PEM
        ssl.truststore.location=\(path(Self.trustFile).replacingBackslashes)

        """
    }

    // MARK: Files

    /// Written whole, or not at all; its owner's alone.
    private func write(_ name: String, _ text: String) throws(BrokerError) {
        do throws(LogError) {
            try FileSystem.replace(
                path(name), with: Array(text.utf8), mode: FileMode.file, durability: .contentsAndName)
        } catch {
            throw BrokerError("\(path(name)) can't be written: \(error.message)")
        }
    }
}

extension String {
    /// As a value of a properties file.
    fileprivate var replacingBackslashes: String {
        split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    }
}
