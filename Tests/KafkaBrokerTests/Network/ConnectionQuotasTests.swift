// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Which connections may come in")
struct ConnectionQuotasTests {
    private let clock = ManualMilliseconds()

    private static let listeners = [
        ("listeners", "PLAINTEXT://:9092,OUTSIDE://:9093"),
        ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT"),
    ]

    private func limits(_ settings: [(String, String)], listeners: Int = 2) throws -> ConnectionLimits {
        let all = (listeners == 2 ? Self.listeners : []) + settings
        return ConnectionLimits(try BrokerConfiguration(overrides: all.map { (name: $0.0, value: $0.1) }))
    }

    private func quotas(_ settings: [(String, String)], listeners: Int = 2) throws -> ConnectionQuotas {
        let clock = clock
        return ConnectionQuotas(try limits(settings, listeners: listeners), now: { clock.now })
    }

    private func admit(
        _ quotas: ConnectionQuotas, _ address: String = "10.0.0.1", at listener: String = "OUTSIDE"
    ) -> ConnectionQuotas.Decision {
        quotas.admit(address, at: listener, whenFree: {})
    }

    @Test("An address has as many connections as it may, and no other pays for it")
    func perAddress() throws {
        let quotas = try quotas([
            ("max.connections.per.ip", "2"),
            ("max.connections.per.ip.overrides", "10.0.0.9:0, ::1:3 ,localhost:1,::ffff:10.0.0.8:0"),
        ])
        #expect([admit(quotas), admit(quotas), admit(quotas)] == [.admitted, .admitted, .tooMany(limit: 2)])
        #expect(admit(quotas, "10.0.0.2") == .admitted)
        #expect(admit(quotas, "10.0.0.9") == .tooMany(limit: 0))
        #expect(admit(quotas, "10.0.0.8") == .tooMany(limit: 0))
        #expect((0..<4).map { _ in admit(quotas, "::1") }.suffix(2) == [.admitted, .tooMany(limit: 3)])
        #expect([admit(quotas, "127.0.0.1"), admit(quotas, "127.0.0.1")] == [.admitted, .tooMany(limit: 1)])
        quotas.release("10.0.0.1", at: "OUTSIDE")
        #expect([admit(quotas), admit(quotas)] == [.admitted, .tooMany(limit: 2)])
        #expect(quotas.refusedCount == 6)
    }

    @Test("Beyond max.connections one waits for a place; brokers among themselves only for one of their listener's")
    func places() throws {
        let quotas = try quotas([("max.connections", "2"), ("listener.name.outside.max.connections", "1")])
        #expect(admit(quotas) == .admitted)
        let woken = Atomic<Int>(0)
        #expect(quotas.admit("10.0.0.2", at: "OUTSIDE") { woken.add(1, ordering: .relaxed) } == .full)
        #expect(admit(quotas, at: "PLAINTEXT") == .admitted)
        #expect(admit(quotas, at: "PLAINTEXT") == .admitted)
        #expect(quotas.excess.count == 1 && quotas.excess.protectedListener == "PLAINTEXT")
        #expect(admit(quotas, at: "PLAINTEXT") == .full, "a listener without a limit of its own has the broker's")
        #expect(woken.load(ordering: .relaxed) == 0)
        quotas.release("10.0.0.1", at: "OUTSIDE")
        #expect(woken.load(ordering: .relaxed) == 1)
        #expect(admit(quotas) == .full)
        quotas.release("10.0.0.1", at: "PLAINTEXT")
        #expect(admit(quotas) == .admitted)
    }

    @Test("The only listener is protected from nobody")
    func onlyListener() throws {
        let quotas = try quotas([("max.connections", "1")], listeners: 1)
        #expect([admit(quotas, at: "PLAINTEXT"), admit(quotas, at: "PLAINTEXT")] == [.admitted, .full])
    }

    @Test("Connections that come too fast wait, for a second at most")
    func rates() throws {
        let quotas = try quotas([
            ("max.connection.creation.rate", "2"), ("listener.name.plaintext.max.connection.creation.rate", "1"),
        ])
        // 20 in 10 s are 2 a second; 21 are 2.1: 0.05 * 10000.
        #expect((0..<20).map { _ in quotas.arrived(at: "OUTSIDE") } == Array(repeating: 0, count: 20))
        #expect(quotas.arrived(at: "OUTSIDE") == 500)
        #expect(quotas.arrived(at: "OUTSIDE") == 1000)
        #expect(quotas.arrived(at: "OUTSIDE") == 1000, "15 percent of 10 s, and no more than a sample")
        #expect((0..<10).map { _ in quotas.arrived(at: "PLAINTEXT") } == Array(repeating: 0, count: 10))
        #expect(quotas.arrived(at: "PLAINTEXT") == 1000)
        clock.pass(11_000)
        #expect(quotas.arrived(at: "OUTSIDE") == 0)
    }

    @Test("An address that comes too often is held and closed, and what it did counts for nothing")
    func addressRates() throws {
        let quotas = try quotas([("max.connection.creation.rate", "2")])
        let any = QuotaEntity([.init(type: QuotaEntity.address, name: nil)])
        let local = QuotaEntity([.init(type: QuotaEntity.address, name: "localhost")])
        quotas.update([any: ["connection_creation_rate": 1], local: ["connection_creation_rate": 3]])
        for _ in 0..<10 {
            #expect(quotas.arrived(at: "OUTSIDE") == 0)
            #expect(admit(quotas) == .admitted)
        }
        for _ in 0..<100 {
            #expect(quotas.arrived(at: "OUTSIDE") == 0)
            #expect(admit(quotas) == .tooOften(closeAfterMs: 1000))
        }
        #expect(admit(quotas, "10.0.0.2") == .admitted)
        #expect(
            (0..<31).map { _ in admit(quotas, "127.0.0.1") }.suffix(2) == [.admitted, .tooOften(closeAfterMs: 333)])
        quotas.update(TreeDictionary<QuotaEntity, [String: Double]>())
        #expect(admit(quotas) == .admitted)
    }

    @Test("A changed limit holds at once, and wakes who waits")
    func changed() throws {
        let quotas = try quotas([("max.connections", "1")])
        #expect(admit(quotas) == .admitted)
        let woken = Atomic<Int>(0)
        #expect(quotas.admit("10.0.0.2", at: "OUTSIDE") { woken.add(1, ordering: .relaxed) } == .full)
        quotas.update(try limits([("max.connections", "2")]))
        #expect(woken.load(ordering: .relaxed) == 1)
        #expect(admit(quotas) == .admitted)
        quotas.update(try limits([("max.connections", "1")]))
        #expect(quotas.excess.count == 1)
    }

    @Test(
        "Limits that can't be are refused by name",
        arguments: [
            ("max.connections.per.ip", "0", "max.connections.per.ip can be set to zero only if"),
            ("max.connections.per.ip.overrides", "localhost", "Invalid value localhost for configuration"),
            ("max.connections.per.ip.overrides", "localhost:x", "Invalid value localhost:x for configuration"),
            ("max.connections.per.ip.overrides", "local host:1", "max.connections.per.ip.overrides contains invalid"),
            ("max.connections.per.ip.overrides", "no-such-host.invalid:1", "max.connections.per.ip.overrides contains"),
            ("listener.name.outside.max.connections", "0", "Invalid value 0 for configuration listener.name.outside."),
            ("listener.name.outside.max.connections", "x", "Invalid value x for configuration listener.name.outside."),
            ("listener.name.outside.max.connection.creation.rate", "0", "Invalid value 0 for configuration listener."),
        ])
    func refused(name: String, value: String, reason: String) {
        let error = #expect(throws: ConfigurationError.self) { try limits([(name, value)]) }
        #expect(error?.message.hasPrefix(reason) == true, "\(error?.message ?? "")")
    }
}
