// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Testing

@testable import kafka

@Suite struct PatienceTests {
    @Test("An obstacle ends the command only when it has been there for ten seconds without a break")
    func patience() throws {
        let obstacle = ClientError(.connection, "can't reach it")
        var patience = Patience()
        let start = ContinuousClock.now
        try patience.check(obstacle, at: start)
        try patience.check(obstacle, at: start + .milliseconds(9_999))
        try patience.check(nil, at: start + .seconds(10))
        try patience.check(obstacle, at: start + .seconds(11))
        try patience.check(obstacle, at: start + .milliseconds(20_999))
        #expect(throws: obstacle) { try patience.check(obstacle, at: start + .seconds(21)) }
    }
}
