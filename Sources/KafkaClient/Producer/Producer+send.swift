// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension Producer {
    /// Sends a record and waits until it is stored.
    ///
    /// ```swift
    /// let stored = try await producer.send("orders", key: "alice", value: "2 pizzas")
    /// print("partition \(stored.partition), offset \(stored.offset ?? -1)")
    /// ```
    ///
    /// Records that many tasks send at a time share batches and requests; one after the other, each waits for the batch
    /// to fill up or for `linger.ms` to pass (5 unless configured), and for the broker's answer. Where `buffer.memory` is
    /// used up, it first waits for room.
    /// - Parameters:
    ///   - topic: created if it does not exist and the broker does that by itself.
    ///   - key: records with one key go to one partition, in order; nil for none.
    ///   - value: the content; nil deletes the key's records from a compacted topic.
    ///   - headers: in the order in which they are to be read.
    ///   - partition: nil to let the key decide, as Java's client does, or the turn for a record without one.
    ///   - timestamp: milliseconds since 1970; nil for now.
    /// - Returns: where the record is.
    /// - Throws: why it is not stored, in words: `.broker` with the broker's refusal, `.timedOut` after
    ///   `delivery.timeout.ms`, `.tooLarge`, `.invalidArgument` for a partition that the topic lacks, `.closed`. With
    ///   `.cancelled`, as the task was, and with `.timedOut` the record may have been stored all the same.
    @discardableResult
    public func send(
        _ topic: String, key: (any RecordContent)? = nil, value: (any RecordContent)?, headers: [RecordHeader] = [],
        partition: Int32? = nil, timestamp: Int64? = nil
    ) async throws(ClientError) -> RecordMetadata {
        let handle = try await handles.topic(topic, of: self)
        let (key, value, headers) = (key?.recordData, value?.recordData, headers.encoded)
        while true {
            if let stored = try await store(handle, key, value, headers, partition, timestamp) { return stored }
            try await waitForSpace()
        }
    }

    /// As `send` for text and arrays, with a value that is any sequence of bytes, such as Foundation's `Data`.
    @discardableResult
    public func send(
        _ topic: String, key: (any RecordContent)? = nil, value: some Sequence<UInt8>, headers: [RecordHeader] = [],
        partition: Int32? = nil, timestamp: Int64? = nil
    ) async throws(ClientError) -> RecordMetadata {
        try await send(
            topic, key: key, value: RecordData(value) as (any RecordContent)?, headers: headers, partition: partition,
            timestamp: timestamp)
    }

    /// As `send` for text and arrays, with a key that is any sequence of bytes, such as Foundation's `Data`.
    @discardableResult
    public func send(
        _ topic: String, key: some Sequence<UInt8>, value: (any RecordContent)?, headers: [RecordHeader] = [],
        partition: Int32? = nil, timestamp: Int64? = nil
    ) async throws(ClientError) -> RecordMetadata {
        try await send(
            topic, key: RecordData(key) as (any RecordContent)?, value: value, headers: headers, partition: partition,
            timestamp: timestamp)
    }

    /// As `send` for text and arrays, with key and value that are any sequences of bytes, such as Foundation's `Data`.
    @discardableResult
    public func send(
        _ topic: String, key: some Sequence<UInt8>, value: some Sequence<UInt8>, headers: [RecordHeader] = [],
        partition: Int32? = nil, timestamp: Int64? = nil
    ) async throws(ClientError) -> RecordMetadata {
        try await send(
            topic, key: RecordData(key) as (any RecordContent)?, value: RecordData(value) as (any RecordContent)?,
            headers: headers, partition: partition, timestamp: timestamp)
    }

    /// - Returns: nil if there is no room.
    private func store(
        _ topic: ProducerTopic, _ key: RecordData?, _ value: RecordData?, _ headers: EncodedRecordHeaders,
        _ partition: Int32?, _ timestamp: Int64?
    ) async throws(ClientError) -> RecordMetadata? {
        let answer = OnceContinuation<RecordMetadata>()
        let appended: Result<AppendResult, ClientError> = key.withBytes { key in
            value.withBytes { value in
                headers.withHeaders { headers in
                    withAppender { appender in
                        let number = appender.nextRecordNumber
                        do throws(ClientError) {
                            let result = try appender.append(
                                topic, value: value, key: key, partition: partition, timestamp: timestamp,
                                headers: headers)
                            // Before the sender can have the batch.
                            if case .accepted = result { awaited.add(number, answer) }
                            return .success(result)
                        } catch {
                            return .failure(error)
                        }
                    }
                }
            }
        }
        if case .bufferFull = try appended.get() { return nil }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { answer.set($0) }
        } onCancel: {
            answer.resume(.failure(.cancelled("sending to \(topic.name)")))
        }.get()
    }
}

extension RecordData? {
    fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let self else { return body(nil) }
        return self.bytes.withUnsafeBytes { body($0) }
    }
}
