// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// When a connection was heard of last, and whether a frame of its is on its way.
struct ConnectionWatch {
    static let frameInterval = TimeAmount.seconds(2)

    private(set) var unfinished: UnfinishedFrame?
    var frameTimer: Scheduled<Void>?
    var idleTimer: Scheduled<Void>?
    /// Until a large request that waits is given up.
    var giveUpTimer: Scheduled<Void>?
    /// Until a login that doesn't come to its end is given up.
    var loginTimer: Scheduled<Void>?
    private let maxIdle: TimeAmount?
    private(set) var lastRead = NIODeadline.now()

    /// - Parameter maxIdleMs: `connections.max.idle.ms`; negative for ever.
    init(maxIdleMs: Int64) { maxIdle = maxIdleMs < 0 ? nil : .milliseconds(max(maxIdleMs, 1)) }

    /// The moment from which on the connection counts as idle; nil if it never does.
    var idleDeadline: NIODeadline? { maxIdle.map { lastRead + $0 } }

    var needsFrameTimer: Bool { unfinished != nil && frameTimer == nil }

    mutating func touch() { lastRead = .now() }

    /// Bytes were read; so many are of a frame that is not whole.
    mutating func note(unfinishedBytes: Int) {
        lastRead = .now()
        guard unfinishedBytes > 0 else { return unfinished = nil }
        if unfinished == nil {
            unfinished = UnfinishedFrame(byteCount: unfinishedBytes, now: lastRead)
        } else {
            unfinished?.note(byteCount: unfinishedBytes)
        }
    }

    /// The time before doesn't count.
    mutating func restart(unfinishedBytes: Int) {
        lastRead = .now()
        unfinished = unfinishedBytes > 0 ? UnfinishedFrame(byteCount: unfinishedBytes, now: lastRead) : nil
    }

    /// No frame is on its way any more; the next one has a time of its own.
    mutating func forgetFrame() { unfinished = nil }

    func isFrameOverdue(isShort: Bool) -> Bool { unfinished?.isOverdue(now: .now(), isShort: isShort) ?? false }

    mutating func stop() {
        frameTimer?.cancel()
        idleTimer?.cancel()
        giveUpTimer?.cancel()
        loginTimer?.cancel()
        (frameTimer, idleTimer, giveUpTimer, loginTimer) = (nil, nil, nil, nil)
    }
}
