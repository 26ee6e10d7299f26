// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Filters of topics")
struct TopicFilterTests {
    @Test("A topic pattern matches whole names, commas mean or")
    func filters() throws {
        #expect(try TopicFilter("o.*").matches("orders"))
        #expect(try !TopicFilter("o.*").matches("zoo"))
        #expect(try TopicFilter("orders, payments").matches("payments"))
        #expect(try TopicFilter("\"orders\"").literal == "orders")
        #expect(try TopicFilter("my\\.topic").matches("my.topic"))
        #expect(try !TopicFilter("my\\.topic").matches("my-topic"))
        #expect(try TopicFilter("(?i)ORD[a-z]{3}\\w*").matches("orders"))
        #expect(try !TopicFilter(".*").allows("__consumer_offsets", excludeInternal: true))
        #expect(try !TopicFilter("(a+)+b").matches(String(repeating: "a", count: 249)))
        for bad in ["", " ", "'\"", "a[", "(?=a)"] {
            #expect(throws: CommandError.self, "\(bad)") { try TopicFilter(bad) }
        }
    }
}
