// SPDX-License-Identifier: Apache-2.0

/// Hands out producer ids from the blocks that the controller reserves, so that most take no write.
actor ProducerIDs {
    private let controller: Controller
    private var block: Range<Int64> = 0..<0

    init(controller: Controller) { self.controller = controller }

    /// An id that was never handed out before, not even before a crash.
    func next() async throws -> Int64 {
        while block.isEmpty {
            let reserved = try await controller.allocateProducerIDs()
            // Another caller may have reserved one meanwhile; the block that is left unused costs nothing.
            if block.isEmpty { block = reserved }
        }
        defer { block = block.dropFirst() }
        return block.lowerBound
    }
}
