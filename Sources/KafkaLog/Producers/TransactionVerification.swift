// SPDX-License-Identifier: Apache-2.0

/// Names one verification with the transaction coordinator; an append that brings another one is refused, so that no
/// record of a transaction arrives after its end (KIP-890).
public struct VerificationGuard: Sendable, Hashable {
    let number: UInt64
}

/// What a partition knows of a producer whose transaction is being verified.
struct TransactionVerification {
    let ticket: VerificationGuard
    var lowestSequence: Int32
    var epoch: Int16
    var timestamp: Int64

    init(sequence: Int32, epoch: Int16, now: Int64) {
        ticket = VerificationGuard(number: .random(in: 0 ... .max))
        lowestSequence = sequence
        self.epoch = epoch
        timestamp = now
    }

    /// The first batch of the transaction may come after a later one.
    mutating func note(sequence: Int32, epoch: Int16) {
        if epoch > self.epoch {
            self.epoch = epoch
            lowestSequence = sequence
        } else if epoch == self.epoch {
            lowestSequence = min(lowestSequence, sequence)
        }
    }
}
