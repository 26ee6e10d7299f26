// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import Libc
import Testing

@testable import KafkaClient
@testable import KafkaSecurity

/// A broker with a listener that encrypts, one that doesn't, and certificates of one authority.
private final class EncryptedBroker: Sendable {
    let broker: KafkaBroker.Broker
    let directory: String
    let authority: CertificateAuthority
    static let forever: ClosedRange<Int64> = 0...4_000_000_000

    var encrypted: String { broker.addresses[0] }
    var plain: String { broker.addresses[1] }

    init(names: [String] = ["localhost", "127.0.0.1"], properties: [(name: String, value: String)] = []) async throws {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SecurityError("no directory") }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        authority = try CertificateAuthority(name: "authority", validity: Self.forever)
        try Self.write("\(directory)/ca.pem", authority.identity.certificatePEM)
        let own = try authority.issue(to: "broker", names: names, validity: Self.forever)
        try Self.write("\(directory)/broker.pem", own.keyPEM + own.certificatePEM)
        var options = KafkaBroker.Broker.Options(listen: [])
        options.file =
            [
                ("listeners", "SECURE://127.0.0.1:0,OPEN://127.0.0.1:0"),
                ("listener.security.protocol.map", "SECURE:SSL,OPEN:PLAINTEXT"),
                ("listener.name.secure.ssl.keystore.location", "\(directory)/broker.pem"),
                ("listener.name.secure.ssl.truststore.location", "\(directory)/ca.pem"),
            ] + properties
        broker = try await KafkaBroker.Broker.start(options)
    }

    static func write(_ path: String, _ text: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, Libc.write(file, text, text.utf8.count) == text.utf8.count else {
            throw SecurityError("no file")
        }
        close(file)
    }

    /// What goes on with a client of these properties: the id of the cluster, or the error.
    func connect(_ address: String? = nil, _ properties: [String: String] = [:]) async -> Result<Cluster, ClientError> {
        do throws(ClientError) {
            let own = ["security.protocol": "SSL", "ssl.truststore.location": "\(directory)/ca.pem"]
            let configuration = try ClientConfiguration(
                bootstrapServers: address ?? encrypted, properties: own.merging(properties) { $1 })
            return .success(try await Cluster.connect(configuration))
        } catch {
            return .failure(error)
        }
    }

    func failure(_ address: String? = nil, _ properties: [String: String] = [:]) async -> ClientError? {
        switch await connect(address, properties) {
        case .success(let cluster):
            await cluster.close()
            return nil
        case .failure(var error):
            error.message = error.message.replacing(encrypted, with: "SECURE").replacing(plain, with: "OPEN")
            return error
        }
    }

    func stop() async throws {
        try await broker.stop()
        for name in ["ca.pem", "broker.pem", "client.pem"] { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }
}

@Suite("Encrypted connections")
struct EncryptedConnectionTests {
    @Test("A client reaches an encrypted listener by name and by address, and each wrong way is named")
    func ways() async throws {
        let broker = try await EncryptedBroker()
        #expect(await broker.failure() == nil)
        #expect(await broker.failure(broker.encrypted.replacing("127.0.0.1", with: "localhost")) == nil)
        #expect(await broker.failure(nil, ["ssl.enabled.protocols": "TLSv1.2"]) == nil)
        #expect(await broker.failure(nil, ["ssl.enabled.protocols": "TLSv1.3"]) == nil)
        #expect(await broker.failure(nil, ["security.protocol": "PLAINTEXT"])?.kind == .tlsExpected)
        let plain = await broker.failure(broker.plain)
        #expect(
            plain?.message.contains("seems to speak plaintext; set security.protocol=PLAINTEXT") == true,
            "\(String(describing: plain))")
        let strange = try CertificateAuthority(name: "stranger", validity: EncryptedBroker.forever).identity
        let unknown = await broker.failure(nil, ["ssl.truststore.location": "", "ssl.ca.pem": strange.certificatePEM])
        #expect(unknown?.kind == .encryption)
        #expect(unknown?.message.contains("is issued by CN=authority, which is not trusted") == true)
        #expect(await broker.failure(nil, ["ssl.truststore.location": "/none"])?.kind == .configuration)
        try await broker.stop()
    }

    @Test("A certificate for another name is refused with its names, unless names don't matter")
    func names() async throws {
        let broker = try await EncryptedBroker(names: ["other.example"])
        let failure = await broker.failure()
        #expect(failure?.kind == .encryption)
        #expect(
            failure?.message
                == "SECURE: its certificate is for other.example, not for 127.0.0.1; use such a name to connect, or set "
                + "ssl.endpoint.identification.algorithm= (empty) to accept any")
        #expect(await broker.failure(nil, ["ssl.endpoint.identification.algorithm": ""]) == nil)
        #expect(
            await broker.failure(nil, ["enable.ssl.certificate.verification": "false", "ssl.truststore.location": ""])
                == nil)
        try await broker.stop()
    }

    @Test("A listener that requires a certificate takes those of its authority and says so to others")
    func clientCertificates() async throws {
        let broker = try await EncryptedBroker(properties: [("listener.name.secure.ssl.client.auth", "required")])
        let alice = try broker.authority.issue(to: "alice", names: [], validity: EncryptedBroker.forever)
        let mallory = try CertificateAuthority(name: "m", validity: EncryptedBroker.forever)
            .issue(to: "mallory", names: [], validity: EncryptedBroker.forever)
        for version in ["TLSv1.2", "TLSv1.3"] {
            func failure(_ identity: CertificateAuthority.Identity?) async -> ClientError? {
                await broker.failure(
                    nil,
                    [
                        "ssl.enabled.protocols": version, "ssl.key.pem": identity?.keyPEM ?? "",
                        "ssl.certificate.pem": identity?.certificatePEM ?? "",
                    ])
            }
            #expect(await failure(alice) == nil)
            let none = await failure(nil)
            #expect(
                none?.message.contains("certificate of the client") == true, "\(version): \(String(describing: none))")
            let wrong = await failure(mallory)
            #expect(
                wrong?.message.contains("this client's certificate") == true, "\(version): \(String(describing: wrong))"
            )
        }
        try await broker.stop()
    }

    @Test("New certificates are taken from changed files, and half-written ones left alone")
    func reload() async throws {
        let broker = try await EncryptedBroker()
        let cluster = try await broker.connect().get()
        let path = "\(broker.directory)/broker.pem"
        func subject() async throws -> String? {
            // Files are looked at once a second at most.
            try await Task.sleep(for: .milliseconds(1100))
            var configuration = try ClientConfiguration(bootstrapServers: broker.encrypted)
            configuration.securityProperties = ["ssl.truststore.location": "\(broker.directory)/ca.pem"]
            let report = try await configuration.inspectTLS(configuration.bootstrapServers[0], timeout: .seconds(10))
            return report.chain.first?.subject
        }
        let next = try broker.authority.issue(to: "next", names: ["127.0.0.1"], validity: EncryptedBroker.forever)
        try EncryptedBroker.write(path, next.keyPEM)
        #expect(try await subject() == "CN=broker")
        try EncryptedBroker.write(path, next.keyPEM + next.certificatePEM)
        #expect(try await subject() == "CN=next")
        // Who was connected before goes on.
        _ = try await cluster.send(MetadataRequest())
        await cluster.close()
        try await broker.stop()
    }

    @Test("A report shows what a listener presents, accepted or not")
    func report() async throws {
        let broker = try await EncryptedBroker(names: ["other.example"])
        var configuration = try ClientConfiguration(bootstrapServers: broker.encrypted)
        let address = configuration.bootstrapServers[0]
        configuration.securityProperties = ["ssl.truststore.location": "\(broker.directory)/ca.pem"]
        let report = try await configuration.inspectTLS(address, timeout: .seconds(10))
        #expect(report.chain.map(\.subject) == ["CN=broker"])
        #expect(report.chain.first?.names == ["other.example"])
        #expect(report.problem == .otherName(report.chain[0], host: "127.0.0.1"))
        #expect(report.version == "TLSv1.3")
        let plain = try await configuration.inspectTLS(try BrokerAddress.parse(broker.plain)[0], timeout: .seconds(10))
        #expect(plain.failure?.contains("plaintext") == true)
        try await broker.stop()
    }

    @Test("A broker whose listener can't encrypt doesn't start, and says why")
    func start() async throws {
        var options = KafkaBroker.Broker.Options(listen: [])
        options.file = [("listeners", "SSL://127.0.0.1:0")]
        await #expect(throws: BrokerError.self) { try await KafkaBroker.Broker.start(options) }
    }
}
