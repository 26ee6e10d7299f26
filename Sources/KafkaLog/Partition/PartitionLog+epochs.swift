// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionLog {
    /// The epoch of the newest records, or the one assigned since.
    public var latestEpoch: Int32? { locked { $0.epochs.latest?.epoch } }

    /// Notes that a leader epoch begins at an offset, commonly the log's end when it becomes the leader's.
    public func assignEpoch(_ epoch: Int32, startOffset: Int64) throws(LogError) {
        try changing { (state) throws(LogError) in
            try state.checkUsable()
            state.epochs.assign(epoch, startOffset: startOffset)
            try state.writeEpochs()
        }
    }

    /// The largest epoch up to `epoch`, and the offset behind its records; nil when neither is known.
    public func endOffset(forEpoch epoch: Int32) -> (epoch: Int32, endOffset: Int64)? {
        locked { $0.epochs.endOffset(of: epoch, logEndOffset: $0.logEndOffset) }
    }

    /// The epoch that covers an offset.
    public func epoch(forOffset offset: Int64) -> Int32? { locked { $0.epochs.epoch(of: offset) } }
}
