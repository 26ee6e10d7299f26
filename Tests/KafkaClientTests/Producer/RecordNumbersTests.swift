// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaClient

@Suite struct RecordNumbersTests {
    @Test("Numbers that follow each other are one run")
    func runs() {
        var numbers = RecordNumbers()
        for number: UInt64 in [0, 1, 2, 5, 6, 9] { numbers.append(number) }
        #expect(numbers.ranges == [0..<3, 5..<7, 9..<10])
        #expect(numbers.count == 6)
        #expect(numbers.first == 0 && numbers.last == 9)
        #expect(Array(numbers) == [0, 1, 2, 5, 6, 9])
    }

    @Test("Taking out the first so many leaves the rest, wherever the cut is")
    func split() {
        let all: [UInt64] = [0, 1, 2, 5, 6, 9]
        for count in 0...all.count {
            var numbers = RecordNumbers()
            for number in all { numbers.append(number) }
            let taken = numbers.removeFirst(count)
            #expect(Array(taken) == Array(all.prefix(count)))
            #expect(Array(numbers) == Array(all.dropFirst(count)))
        }
    }
}
