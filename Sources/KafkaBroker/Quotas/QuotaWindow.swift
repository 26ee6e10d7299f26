// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How long a quota looks back: over a number of samples, each of so many milliseconds.
struct QuotaWindow: Sendable, Equatable {
    /// At least 1.
    let sampleCount: Int64
    /// At least 1.
    let sampleMs: Int64

    /// - Parameters:
    ///   - sampleCount: `quota.window.num`.
    ///   - sampleSeconds: `quota.window.size.seconds`.
    init(sampleCount: Int64 = 11, sampleSeconds: Int64 = 1) {
        self.sampleCount = max(sampleCount, 1)
        sampleMs = max(sampleSeconds, 1).multipliedSaturating(by: 1000)
    }

    var lengthMs: Int64 { sampleCount.multipliedSaturating(by: sampleMs) }

    var lengthSeconds: Double { Double(sampleCount) * Double(sampleMs) / 1000 }

    /// What can be used in the samples that are whole, without waiting: more at a time always means to wait.
    /// - Parameter limit: for each second.
    func burst(_ limit: Double) -> Double { limit * Double(sampleCount - 1) * Double(sampleMs) / 1000 }
}
