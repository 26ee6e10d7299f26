// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Synchronization

/// Reads with several members of a share group and prints how fast.
final class ShareConsumerPerf: Sendable {
    private struct Amount: Sendable {
        var records = 0
        var bytes = 0
    }

    private let options: ShareConsumerPerfCommand
    private let context: Context
    private let total = Atomic<Int>(0)

    init(_ options: ShareConsumerPerfCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    func run() async throws {
        // Long polls hold up what follows on a connection, so each member has connections of its own.
        var clusters: [Cluster] = []
        do {
            let configuration = try options.connection.configuration(context, clientID: "perf-share-consumer-client")
            for _ in 0..<options.threads { clusters.append(try await Cluster.connect(configuration)) }
            try await ShareTopics.check(options.topic, clusters[0])
            try await measure(clusters)
        } catch {
            for cluster in clusters { await cluster.close() }
            throw error
        }
        for cluster in clusters { await cluster.close() }
    }

    private func measure(_ clusters: [Cluster]) async throws {
        if !options.hidesHeader {
            context.out.line(
                "start.time, end.time, data.consumed.in.MB, MB.sec, nMsg.sec, data.consumed.in.nMsg, fetch.time.ms")
            context.out.flush()
        }
        var configuration = ShareConsumerConfiguration(group: options.group, topics: [options.topic])
        configuration.maxBytes = options.fetchSize
        configuration.maxWait = .milliseconds(100)
        let consumers = clusters.map { [configuration] in ShareConsumer($0, configuration) }
        let start = Timestamps.now()
        let amounts = try await withThrowingTaskGroup(of: (Int, Amount).self) { group in
            for (index, consumer) in consumers.enumerated() {
                group.addTask { (index, try await self.consume(consumer, index + 1)) }
            }
            var amounts = [Amount](repeating: Amount(), count: consumers.count)
            do {
                for try await (index, amount) in group { amounts[index] = amount }
            } catch {
                group.cancelAll()
                for consumer in consumers {
                    await consumer.giveBack()
                    await Task { await consumer.close() }.value
                }
                throw error
            }
            return amounts
        }
        let end = Timestamps.now()
        if !Task.isCancelled { for consumer in consumers { try await consumer.commit() } }
        if options.showsMembers {
            for (index, amount) in amounts.enumerated() {
                context.out.line(
                    "Share consumer \(index + 1) consumption metrics- \(line(amount, amount, start, end))")
            }
        }
        let sum = amounts.reduce(into: Amount()) {
            $0.records += $1.records
            $0.bytes += $1.bytes
        }
        context.out.line(line(sum, sum, start, end))
        context.out.flush()
        for consumer in consumers { await Task { await consumer.close() }.value }
        if sum.records < options.count, !Task.isCancelled {
            context.fail(
                "Only \(sum.records) of \(options.count) records came: none within the \(options.timeout.milliseconds) ms "
                    + "of --timeout.")
        }
    }

    private func consume(_ consumer: ShareConsumer, _ number: Int) async throws -> Amount {
        var amount = Amount()
        var reported = Amount()
        var lastReport = Timestamps.now()
        var lastRecord = ContinuousClock.now
        while total.load(ordering: .relaxed) < options.count, ContinuousClock.now - lastRecord <= options.timeout {
            let fetched: [ShareRecords]
            do {
                fetched = try await consumer.poll(timeout: .milliseconds(100))
            } catch {
                // Whoever interrupts a measurement wants to see it.
                if Task.isCancelled { break }
                throw error
            }
            if !fetched.isEmpty { lastRecord = .now }
            for records in fetched {
                total.add(records.count, ordering: .relaxed)
                amount.records += records.count
                try records.forEachRecord { amount.bytes += ($0.key?.count ?? 0) + ($0.value?.count ?? 0) }
            }
            let now = Timestamps.now()
            guard now - lastReport >= options.interval.milliseconds else { continue }
            if options.isDetailed, !fetched.isEmpty {
                let part = Amount(records: amount.records - reported.records, bytes: amount.bytes - reported.bytes)
                context.out.line("\(line(amount, part, lastReport, now)) for share consumer \(number)")
                context.out.flush()
            }
            lastReport = now
            reported = amount
        }
        return amount
    }

    /// What was read in all, and how fast the part between the two times was.
    private func line(_ amount: Amount, _ part: Amount, _ start: Int64, _ end: Int64) -> String {
        let seconds = Double(end - start) / 1000
        func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
        return [
            options.dates.text(start), options.dates.text(end), Decimal.text(megabytes(amount.bytes), 4),
            Decimal.text(megabytes(part.bytes) / seconds, 4), Decimal.text(Double(part.records) / seconds, 4),
            String(amount.records), String(end - start),
        ].joined(separator: ", ")
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
