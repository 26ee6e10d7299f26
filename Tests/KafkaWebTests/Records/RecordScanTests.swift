// SPDX-License-Identifier: Apache-2.0

import KafkaHTTP
import KafkaText
import TestSupport
import Testing

@testable import KafkaWeb

@Suite("Records of all partitions, by time")
struct RecordScanTests {
    /// Where a record is, as something to compare.
    private func places(_ records: [RecordLine]) -> [String] { records.map { "\($0.partition):\($0.offset)" } }

    @Test("The newest records of all partitions come first, whichever partition they are in")
    func newest() async throws {
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 3)
            for time in 0..<60 { try await cluster.write("t", Int32(time % 3), [(1000 + Int64(time), "\(time)")]) }
            let (records, end) = try await cluster.scan("t", "limit=7")
            #expect(records.map(\.timestamp) == (1053...1059).reversed())
            #expect(!end.isComplete)
            let oldest = try await cluster.scan("t", "from=earliest&limit=7").records
            #expect(oldest.map(\.timestamp) == Array(1000...1006))
            let since = try await cluster.scan("t", "from=@1030&limit=5").records
            #expect(since.map(\.timestamp) == Array(1030...1034))
            let one = try await cluster.scan("t", "partition=1&offset=4&limit=2").records
            #expect(places(one) == ["1:4", "1:5"])
        }
    }

    @Test(
        "Page after page, forwards and backwards, filtered or not, gives each record once, whatever its time",
        arguments: [true, false], [true, false])
    func pages(isForwards: Bool, isFiltered: Bool) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 3)
            var expected: Set<String> = []
            for partition in 0..<Int32(3) {
                var offset = 0
                for _ in 0..<4 {
                    let records = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                        (
                            time: Int64.random(in: 1000...1040, using: &random),
                            value: "\(Int.random(in: 0...9, using: &random))"
                        )
                    }
                    try await cluster.write("t", partition, records)
                    for record in records {
                        if !isFiltered || Int(record.value)! >= 5 { expected.insert("\(partition):\(offset)") }
                        offset += 1
                    }
                }
            }
            let filter = isFiltered ? "&where=value%20%3E%3D%205" : ""
            var page = (isForwards ? "from=earliest" : "from=latest") + filter + "&limit=7"
            var found: [String] = []
            for _ in 0..<200 {
                let (records, end) = try await cluster.scan("t", page)
                // With a filter some come that the next page finds once more; the reader drops those.
                let kept = records.filter { record in
                    guard let edge = end.next[record.partition] else { return true }
                    return isForwards ? record.offset < edge : record.offset >= edge
                }
                #expect(kept.count <= 7)
                if !isFiltered { #expect(kept.count == records.count) }
                found += places(kept)
                if end.isComplete { break }
                let next = try #require(ScanRequest.text(of: end.next))
                page = "\(isForwards ? "after" : "before")=\(next)\(filter)&limit=7"
            }
            #expect(found.count == Set(found).count, "seed \(seed)")
            #expect(Set(found) == expected, "seed \(seed)")
        }
    }

    @Test("Long records make shorter pages, and none is lost", arguments: [true, false])
    func longRecords(isForwards: Bool) async throws {
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 1)
            let value = String(repeating: "x", count: RecordLine.shownBytes + 1000)
            for batch in 0..<Int64(30) {
                try await cluster.write("t", 0, (0..<10).map { (1000 + batch * 10 + $0, value) })
            }
            var page = (isForwards ? "from=earliest" : "from=latest") + "&limit=1000"
            var found: [String] = []
            var count = 0
            repeat {
                let (records, end) = try await cluster.scan("t", page)
                found += places(records)
                count += 1
                if end.isComplete { break }
                page = "\(isForwards ? "after" : "before")=\(try #require(ScanRequest.text(of: end.next)))&limit=1000"
            } while count < 20
            #expect(found.count == 300)
            #expect(Set(found).count == 300)
            #expect(count > 1)
        }
    }

    @Test("A filter goes back through all there is, and says how much that was")
    func filter() async throws {
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 2)
            try await cluster.write("t", 0, (0..<5000).map { (1000 + Int64($0), #"{"n":\#($0)}"#) })
            try await cluster.write("t", 1, (0..<5000).map { (1000 + Int64($0), #"{"n":\#($0)}"#) })
            let (records, end) = try await cluster.scan("t", "where=n%20%3D%3D%203")
            #expect(places(records).sorted() == ["0:3", "1:3"])
            #expect(end.isComplete)
            #expect(end.progress.scanned == 10_000)
            #expect(end.progress.offsets == end.progress.total)
        }
    }

    @Test("What is no filter, partition or place is refused with what is wrong")
    func refusals() async throws {
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 1)
            for query in [
                "where=n%20%3D%3D", "partition=x", "partition=7", "from=yesterday", "offset=-1", "limit=0",
                "limit=1001", "before=1", "after=0:x",
            ] {
                await #expect(throws: HTTPProblem.self, "\(query)") { try await cluster.scan("t", query) }
            }
        }
    }

    @Test("A live view counts what it leaves out, and shows the newest")
    func tail() async throws {
        try await SmallCluster.with { cluster in
            try await cluster.create("t", partitions: 2)
            try await cluster.write("t", 0, [(1000, "before")])
            let request = try ScanRequest(try cluster.request("/?"), topic: "t")
            var tail = try await RecordTail(request, try await cluster.data.topic("t"), cluster.data)
            #expect(try await tail.next().records.isEmpty)
            try await cluster.write("t", 0, (0..<1000).map { (2000 + Int64($0), "\($0)") })
            let tick = try await tail.next()
            #expect(tick.records.last?.offset == 1000)
            #expect(tick.records.count <= RecordTail.shown)
            #expect(tick.arrived == 1000)
            #expect(tick.hidden + Int64(tick.records.count) == 1000)
            var filtered = try await RecordTail(
                try ScanRequest(try cluster.request("/?after=0:1&where=value%20%3D%3D%207"), topic: "t"),
                try await cluster.data.topic("t"), cluster.data)
            let found = try await filtered.next()
            #expect(found.records.map(\.offset) == [8])
            #expect(found.arrived == 1000)
            #expect(found.hidden == 0)
        }
    }
}
