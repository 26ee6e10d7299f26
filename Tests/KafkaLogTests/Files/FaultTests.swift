// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// Each file operation fails once, or from then on; what was acknowledged stays, and the log heals.
///
/// A short sample by default; `FAULTS=N` in the environment is N scenarios with every operation of each.
@Suite struct FaultTests {
    private static let scenarios = ProcessInfo.processInfo.environment["FAULTS"].flatMap { Int($0) }
    private let temporary = TemporaryDirectory()

    /// How operations fail.
    private static let kinds: [FileFaults.Plan] = [EMFILE, ENOSPC, EIO].flatMap { error in
        [false, true].flatMap { isLasting in
            (error == EMFILE ? [false] : [false, true]).map {
                FileFaults.Plan(isLasting: isLasting, error: error, writesHalf: $0)
            }
        }
    }

    @Test("Whichever file operation fails, acknowledged records stay, once, in order", arguments: [false, true])
    func everyOperation(isCompacted: Bool) throws {
        var random = SeededGenerator.printed()
        for _ in 0..<(Self.scenarios ?? 2) {
            let steps = FaultStep.scenario(count: 40, isCompacted: isCompacted, &random)
            let count = try run(steps, isCompacted: isCompacted, nil, isClean: true)
            try run(steps, isCompacted: isCompacted, nil, isClean: false)
            #expect(count > 50)
            let all = 0..<count
            let chosen =
                Self.scenarios == nil ? (0..<20).map { _ in Int.random(in: all, using: &random) } : Array(all)
            for first in chosen {
                for kind in Self.scenarios == nil ? [Self.kinds.randomElement(using: &random)!] : Self.kinds {
                    var plan = kind
                    plan.first = first
                    for isClean in [true, false] { try run(steps, isCompacted: isCompacted, plan, isClean: isClean) }
                }
            }
        }
    }

    /// Returns how many file operations there were in the scenario.
    @discardableResult
    private func run(
        _ steps: [FaultStep], isCompacted: Bool, _ plan: FileFaults.Plan?, isClean: Bool
    ) throws -> Int {
        let parent = "\(temporary.path)/\(UUID().uuidString)"
        let directory = "\(parent)/t-0"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let faults = FileFaults(under: directory)
        defer { faults.end() }
        faults.set(plan)
        let log = FaultedLog(directory, isCompacted: isCompacted, faults: faults)
        log.run(steps)
        let count = faults.count
        let wrong = try log.finish(isClean: isClean)
        if !wrong.isEmpty {
            let names = temporary.names(in: directory).joined(separator: " ")
            Issue.record(
                """
                \(plan.map { "operation \($0.first), errno \($0.error), lasting \($0.isLasting), half \($0.writesHalf)" } ?? "none") \
                fails, then a \(isClean ? "stop" : "kill"): \(wrong)
                failed: \(faults.struck.prefix(5))
                files: \(names)
                """)
        }
        return count
    }
}
