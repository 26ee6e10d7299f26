// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@Suite("Saturating arithmetic")
struct SaturatingArithmeticTests {
    @Test("Every sum, difference and product of two bytes is the nearest byte to the true result")
    func everyPairOfBytes() {
        for left in Int8.min...Int8.max {
            #expect(
                (Int8.min...Int8.max).allSatisfy { left.addingSaturating($0) == Int8(clamping: Int(left) + Int($0)) })
            #expect(
                (Int8.min...Int8.max).allSatisfy {
                    left.subtractingSaturating($0) == Int8(clamping: Int(left) - Int($0))
                })
            #expect(
                (Int8.min...Int8.max).allSatisfy {
                    left.multipliedSaturating(by: $0) == Int8(clamping: Int(left) * Int($0))
                })
        }
    }

    @Test("Unsigned numbers stop at zero and at their maximum")
    func unsigned() {
        #expect(UInt16(3).subtractingSaturating(4) == 0)
        #expect(UInt16(65_000).addingSaturating(1_000) == 65_535)
        #expect(UInt16(300).multipliedSaturating(by: 300) == 65_535)
    }
}
