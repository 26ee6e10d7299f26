// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaLog

@Suite struct OffsetMapTests {
    @Test("The map knows the last offset of each key, up to its bound and not beyond")
    func bounded() {
        for slots in [64, 5_000, 40_000] {
            var map = OffsetMap(maxBytes: slots * 24, loadFactor: 0.9)
            var known = 0
            while put(&map, known, Int64(known)) { known += 1 }
            #expect(known == Int(Double(slots) * 0.9))
            #expect(map.count == known)
            #expect(put(&map, 3, 1_000_000))
            #expect(offset(map, 3) == 1_000_000)
            for key in 4..<known { #expect(offset(map, key) == Int64(key)) }
            #expect(offset(map, known) == -1)
        }
    }

    @Test("Keys of every length are told apart, the empty one too")
    func lengths() {
        var map = OffsetMap(maxBytes: 100_000, loadFactor: 0.9)
        for count in 0..<100 {
            #expect([UInt8](repeating: 0, count: count).withUnsafeBytes { map.put(map.key($0), Int64(count)) })
        }
        for count in 0..<100 {
            #expect([UInt8](repeating: 0, count: count).withUnsafeBytes { map.offset(of: map.key($0)) } == Int64(count))
        }
    }

    private func put(_ map: inout OffsetMap, _ key: Int, _ offset: Int64) -> Bool {
        withUnsafeBytes(of: key) { map.put(map.key($0), offset) }
    }

    private func offset(_ map: borrowing OffsetMap, _ key: Int) -> Int64 {
        withUnsafeBytes(of: key) { map.offset(of: map.key($0)) }
    }
}
