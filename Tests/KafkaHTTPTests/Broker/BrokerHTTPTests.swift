// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Testing

@testable import KafkaBroker
@testable import KafkaHTTP

@Suite("HTTP beside a broker")
struct BrokerHTTPTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("Nothing is served or counted unless somebody asks for it")
    func off() async throws {
        let broker = try await Broker.start()
        #expect(broker.parts.telemetry == nil)
        let http = try await BrokerHTTP.start(broker, logger: logger)
        #expect(http == nil)
        try await broker.stop()
    }

    @Test("Pages are added, ports are told, and a taken one is an error")
    func pages() async throws {
        var options = Broker.Options()
        options.overrides = [("http.listeners", "http://127.0.0.1:0,http://localhost:0")]
        let broker = try await Broker.start(options)
        let started = try await BrokerHTTP.start(broker, logger: logger) { router in
            router.add(.get, "/page") { _ in .text("page") }
        }
        let http = try #require(started)
        #expect(http.addresses.count == 2)
        #expect(http.addresses.allSatisfy { $0.hasPrefix("http://") && !$0.hasSuffix(":0") })
        var others = Broker.Options()
        others.overrides = [("http.listeners", http.addresses[0])]
        let other = try await Broker.start(others)
        await #expect(throws: BrokerError.self) { try await BrokerHTTP.start(other, logger: logger) }
        try await other.stop()
        await http.stop()
        try await broker.stop()
    }

    @Test(
        "Addresses are read as they are written",
        arguments: ["1.2.3.4:5", "http://1.2.3.4:5/", "HTTPS://[::1]:5", "https://*:0"])
    func addresses(text: String) throws {
        let listener = try #require(Listener.http(text))
        #expect(listener.securityProtocol == (text.lowercased().hasPrefix("https") ? .ssl : .plaintext))
        #expect(Listener.http(text + "/x") == nil)
    }
}
