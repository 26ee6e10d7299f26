// SPDX-License-Identifier: Apache-2.0

extension Consumer: AsyncSequence {
    /// Begins a loop over the records, each with topic, partition, offset, timestamp, headers, key and value:
    ///
    /// ```swift
    /// for try await record in consumer {
    ///     try await store(record)
    /// }
    /// ```
    ///
    /// - A record is finished when the loop's body has come to its end; `continue` counts. Only what is finished is
    ///   committed, with `enable.auto.commit` every `auto.commit.interval.ms` and in `close`, else by `commit`.
    /// - A record whose body is left by `break`, `return` or an error is not finished: it comes again, in the next loop
    ///   over this consumer or to the next member of the group. `settle` says otherwise.
    /// - The body may take its time: rebalances and commits happen between two records. One record must not take longer
    ///   than `max.poll.interval.ms`.
    /// - When the task is cancelled the consumer is closed, with its last commit, and the loop ends. When somebody else
    ///   closes the consumer, it ends as well.
    /// - A cluster that can't be reached is waited for; `obstacle` says so meanwhile.
    /// - Errors that will not pass by themselves are thrown. Records that can't be read are not skipped: the next loop
    ///   comes upon them again, until `seek` leads past them.
    ///
    /// There is one loop at a time: a second one takes over, and the first throws `.invalidArgument`.
    public nonisolated func makeAsyncIterator() -> Iterator { Iterator(consumer: self, number: loop.begin()) }

    /// The way of one loop through a consumer's records.
    public struct Iterator: AsyncIteratorProtocol {
        let consumer: Consumer
        let number: Int

        /// The next record, as soon as there is one, after the one before has been finished; nil at the end.
        /// - Throws: what will not pass by itself.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ClientError) -> ConsumerRecord? {
            let consumer = consumer
            while true {
                let step = consumer.loop.next(number, isMember: consumer.configuration.groupID != nil)
                if Task.isCancelled { break }
                do throws(ClientError) {
                    switch step {
                    case .work(let record): return record
                    case .tend: try await consumer.tend()
                    case .fill:
                        if let fetched = try await consumer.fill(number) { consumer.loop.add(fetched) }
                    case .fail(let error, let partition, let offset):
                        await consumer.seek(partition, to: .offset(offset))
                        throw error
                    case .displaced:
                        throw ClientError(.invalidArgument, "another loop has begun to read from this consumer")
                    case .end: return nil
                    }
                } catch {
                    guard Task.isCancelled else { throw error }
                    break
                }
            }
            await consumer.close()
            return nil
        }
    }

    /// Says that a record is finished before the loop's body has come to its end, for a body that goes on to `commit` or
    /// is left by `break`. Counts for the record that the body has, and no other.
    public nonisolated func settle(_ record: ConsumerRecord) { loop.settle(record) }

    /// Polls for a loop that has records still, so that it remains a member and its work is committed.
    func tend() async throws(ClientError) {
        if isClosed { return }
        loop.notePoll()
        _ = try await poll(timeout: .zero, maxBytes: 0)
    }

    /// Waits for records for a loop; nil if there were none, or if the consumer has been closed.
    func fill(_ number: Int) async throws(ClientError) -> FetchedRecords? {
        settlement = .byCaller
        do throws(ClientError) {
            // One piece, so that nothing is lost with a partition that goes; and not for ever, as another loop may begin.
            guard let fetched = try await poll(timeout: .seconds(1), maxBytes: 1).first else { return nil }
            guard loop.expect(fetched.partition, for: number) else {
                seek(fetched.partition, to: .offset(fetched.startOffset))
                return nil
            }
            return fetched
        } catch {
            if isClosed { return nil }
            throw error
        }
    }

    /// Takes over what a loop has finished.
    func settleLoop() { settle(loop.takeFinished()) }
}

// `AsyncSequence` has methods of these names, which would hide the functions from all of the consumer.
extension Consumer {
    nonisolated func min<T: Comparable>(_ left: T, _ right: T) -> T { Swift.min(left, right) }
    nonisolated func max<T: Comparable>(_ left: T, _ right: T) -> T { Swift.max(left, right) }
}
