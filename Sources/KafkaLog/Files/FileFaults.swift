// SPDX-License-Identifier: Apache-2.0

internal import Libc
internal import Synchronization

/// Has file operations fail that would succeed, for tests of what is left then: every operation of this module asks
/// here first. Outside of such a test that is one look at a flag.
package final class FileFaults: Sendable {
    package enum Operation: String, Sendable, CaseIterable {
        case open, stat, list, read, write, truncate, allocate, setTime, sync, rename, remove, makeDirectory
        case removeDirectory
    }

    /// What fails.
    package struct Plan: Sendable {
        /// The operation that fails, counted from 0.
        package var first: Int
        /// All that follow fail as well.
        package var isLasting: Bool
        /// The system's number of the error.
        package var error: Int32
        /// A write leaves half of its bytes before it fails.
        package var writesHalf: Bool
        /// Which operations are counted and may fail.
        package var operations: Set<Operation>

        package init(
            first: Int = 0, isLasting: Bool, error: Int32, writesHalf: Bool = false,
            operations: Set<Operation> = Set(Operation.allCases)
        ) {
            self.first = first
            self.isLasting = isLasting
            self.error = error
            self.writesHalf = writesHalf
            self.operations = operations
        }
    }

    enum Fault {
        case fails
        case failsHalfway
    }

    private struct State {
        var plan: Plan?
        var count = 0
        /// What failed: the operation and its file.
        var struck: [String] = []
    }

    private let prefix: String
    private let state = Mutex(State())

    private static let isAnyActive = Atomic<Bool>(false)
    private static let active = Mutex<[FileFaults]>([])

    /// Counts the operations on files whose paths begin so, until `end`; other tests have other files.
    package init(under prefix: String) {
        self.prefix = prefix
        Self.active.withLock {
            $0.append(self)
            Self.isAnyActive.store(true, ordering: .relaxed)
        }
    }

    package func end() {
        Self.active.withLock { active in
            active.removeAll { $0 === self }
            Self.isAnyActive.store(!active.isEmpty, ordering: .relaxed)
        }
    }

    /// Counts anew, and has operations fail from here on; with nil none fails any more.
    package func set(_ plan: Plan?) {
        state.withLock {
            $0.plan = plan
            $0.count = 0
        }
    }

    /// Operations since the last `set`.
    package var count: Int { state.withLock { $0.count } }

    /// What failed so far, in order.
    package var struck: [String] { state.withLock { $0.struck } }

    /// Whether an operation is to fail; `errno` says why then.
    @inline(__always)
    static func strikes(_ operation: Operation, _ path: @autoclosure () -> String) -> Bool {
        isAnyActive.load(ordering: .relaxed) && fault(operation, path()) != nil
    }

    /// The same for a write, which may fail halfway.
    @inline(__always)
    static func faultOfWrite(_ path: @autoclosure () -> String) -> Fault? {
        isAnyActive.load(ordering: .relaxed) ? fault(.write, path()) : nil
    }

    private static func fault(_ operation: Operation, _ path: String) -> Fault? {
        let faults = active.withLock { $0.first { path.hasPrefix($0.prefix) } }
        guard let faults, let (fault, error) = faults.note(operation, path) else { return nil }
        errno = error
        return fault
    }

    private func note(_ operation: Operation, _ path: String) -> (Fault, Int32)? {
        state.withLock { state in
            guard state.plan?.operations.contains(operation) ?? true else { return nil }
            let number = state.count
            state.count += 1
            guard let plan = state.plan, number == plan.first || (plan.isLasting && number > plan.first) else {
                return nil
            }
            if state.struck.count < 100 { state.struck.append("\(operation) \(path)") }
            return (plan.writesHalf && operation == .write ? .failsHalfway : .fails, plan.error)
        }
    }
}
