// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Misspelt words")
struct EditDistanceTests {
    @Test("The nearest word is suggested, and none when all are far")
    func suggestions() {
        #expect(closest(to: "ordesr", among: ["orders", "payments"]) == "orders")
        #expect(closest(to: "x", among: ["orders", "payments"]) == nil)
        #expect(editDistance(Array("abc".utf8), Array("acb".utf8), limit: 3) == 1)
    }
}
