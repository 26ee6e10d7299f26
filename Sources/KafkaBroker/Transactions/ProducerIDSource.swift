// SPDX-License-Identifier: Apache-2.0

/// Where producer ids come from that were never used.
protocol ProducerIDSource: Sendable {
    func next() async throws -> Int64
}

extension ProducerIDs: ProducerIDSource {}
