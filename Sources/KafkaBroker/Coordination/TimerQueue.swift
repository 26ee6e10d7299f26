// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Deadlines of keys, the earliest first.
///
/// A heap whose entries are not moved when a deadline is put off, which heartbeats do all the time: an entry that
/// comes up before its key's deadline goes back in.
struct TimerQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var deadline: Int64
        /// Orders entries with the same deadline by when they were set.
        var number: UInt64
        var key: Key

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.number) < (right.deadline, right.number)
        }
    }

    private var deadlines: [Key: (deadline: Int64, entry: Int64, number: UInt64)] = [:]
    private var heap: [Entry] = []
    private var nextNumber: UInt64 = 0

    /// A moment before which nothing is due; nil if no timer runs.
    var nextDeadline: Int64? { deadlines.isEmpty ? nil : heap.first?.deadline }

    mutating func set(_ key: Key, _ deadline: Int64) {
        if let current = deadlines[key], current.entry <= deadline {
            deadlines[key]!.deadline = deadline
            return
        }
        // An earlier entry of the key, if any, becomes void: its number is no longer the key's.
        nextNumber += 1
        deadlines[key] = (deadline, deadline, nextNumber)
        push(Entry(deadline: deadline, number: nextNumber, key: key))
    }

    func isSet(_ key: Key) -> Bool { deadlines[key] != nil }

    mutating func cancel(_ key: Key) { deadlines[key] = nil }

    /// The next key whose deadline has come; it is no longer set.
    mutating func popDue(_ now: Int64) -> Key? {
        while let first = heap.first, first.deadline <= now {
            pop()
            guard let current = deadlines[first.key], current.number == first.number else { continue }
            if current.deadline <= now {
                deadlines[first.key] = nil
                return first.key
            }
            deadlines[first.key]!.entry = current.deadline
            push(Entry(deadline: current.deadline, number: first.number, key: first.key))
        }
        return nil
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
