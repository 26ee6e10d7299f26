// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

extension QuotaEntity {
    /// Of a user and a client id, where "*" stands for all others; nil leaves one out.
    static func of(user: String? = nil, clientID: String? = nil) -> QuotaEntity {
        func part(_ type: String, _ name: String?) -> Part? {
            name.map { Part(type: type, name: $0 == "*" ? nil : $0) }
        }
        return QuotaEntity([part(Self.user, user), part(Self.clientID, clientID)].compactMap { $0 })
    }
}

@Suite("Which quota holds for a client")
struct QuotaLimitsTests {
    /// From the first that counts to the last, and whose use is counted together by it.
    private static let levels: [(entity: QuotaEntity, group: QuotaGroup)] = [
        (.of(user: "u", clientID: "c"), QuotaGroup(user: "u", clientID: "c")),
        (.of(user: "u", clientID: "*"), QuotaGroup(user: "u", clientID: "c")),
        (.of(user: "u"), QuotaGroup(user: "u", clientID: nil)),
        (.of(user: "*", clientID: "c"), QuotaGroup(user: "u", clientID: "c")),
        (.of(user: "*", clientID: "*"), QuotaGroup(user: "u", clientID: "c")),
        (.of(user: "*"), QuotaGroup(user: "u", clientID: nil)),
        (.of(clientID: "c"), QuotaGroup(user: nil, clientID: "c")),
        (.of(clientID: "*"), QuotaGroup(user: nil, clientID: "c")),
    ]

    @Test("Each of the eight levels holds over all that come after it", arguments: 0..<8)
    func precedence(first: Int) {
        let client = QuotaClient(user: "u", clientID: "c")
        for last in first..<8 {
            var limits = QuotaLimits()
            for level in first...last { limits.set(Double(level + 1), for: Self.levels[level].entity) }
            // Those of somebody else don't count.
            limits.set(99, for: .of(user: "v", clientID: "c"))
            limits.set(99, for: .of(user: "v"))
            limits.set(99, for: .of(clientID: "d"))
            let found = limits.limit(of: client)
            #expect(found?.perSecond == Double(first + 1), "\(first)…\(last)")
            #expect(found?.group == Self.levels[first].group)
        }
    }

    @Test("Without a quota that fits there is no limit")
    func none() {
        var limits = QuotaLimits()
        #expect(limits.isEmpty && limits.limit(of: QuotaClient(user: "u", clientID: "c")) == nil)
        limits.set(1, for: .of(user: "v"))
        limits.set(1, for: .of(user: "u", clientID: "d"))
        limits.set(1, for: .of(clientID: "d"))
        limits.set(1, for: QuotaEntity([.init(type: QuotaEntity.address, name: nil)]))
        #expect(!limits.isEmpty && limits.limit(of: QuotaClient(user: "u", clientID: "c")) == nil)
    }

    @Test("A client that doesn't say what it calls itself has the quota of all others")
    func nameless() {
        var limits = QuotaLimits()
        limits.set(1, for: .of(clientID: "*"))
        #expect(limits.limit(of: QuotaClient(user: "u", clientID: ""))?.perSecond == 1)
    }
}
