// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

extension Diagnosis {
    /// Encrypts, logs in and asks for versions.
    func session(_ address: BrokerAddress, _ configuration: ClientConfiguration) async -> Cluster? {
        var configuration = configuration
        configuration.bootstrapServers = [address]
        let start = ContinuousClock.now
        let target = address.description
        do throws(ClientError) {
            let cluster = try await Cluster.connect(configuration)
            let versions = try await cluster.apiVersions(of: .any)
            note("session", target, .passed("\(versions.apiKeys.count) requests are served"), since: start)
            return cluster
        } catch {
            note(Cure.step(of: error), target, Cure.parts(error.message, or: Cure.of(error)), since: start)
            return nil
        }
    }

    func brokers(_ cluster: Cluster) async -> [Broker] {
        let start = ContinuousClock.now
        do throws(ClientError) {
            let brokers = try await cluster.brokers().sorted { $0.id < $1.id }
            let id = try await cluster.clusterID()
            let count = "\(brokers.count) \(kind)\(brokers.count == 1 ? "" : "s")"
            note("cluster", nil, .passed("id \(id ?? "unknown"), \(count)"), since: start)
            return brokers
        } catch {
            note("cluster", nil, .failed(cause: error.message, cure: Cure.of(error)), since: start)
            return []
        }
    }

    /// Connects to where a broker says that it is.
    func advertised(_ broker: Broker, _ configuration: ClientConfiguration) async {
        var configuration = configuration
        configuration.bootstrapServers = [broker.address]
        let only = configuration
        await step(
            "advertised", "\(kind) \(broker.id) at \(broker.address)",
            cure: { error in
                "\(Cure.of(error)); clients go where advertised.listeners of \(kind) \(broker.id) sends them, which has to "
                    + "be an address that this machine reaches"
            }
        ) {
            let cluster = try await Cluster.connect(only)
            await cluster.close()
            return broker.rack.map { "rack \($0)" } ?? ""
        }
    }

    /// The one clock that a client can ask for is that of the quorum's leader, which says of itself when it was up to date.
    func compareClocks(_ cluster: Cluster) async {
        let request = DescribeQuorumRequest {
            $0.topics = [
                DescribeQuorumRequest.TopicData {
                    $0.topicName = "__cluster_metadata"
                    $0.partitions = [DescribeQuorumRequest.PartitionData { $0.partitionIndex = 0 }]
                }
            ]
        }
        let start = ContinuousClock.now
        let before = Timestamps.now()
        guard let answer = try? await cluster.send(request, to: .any), answer.errorCode == .none,
            let partition = answer.topics.first?.partitions.first, partition.errorCode == .none,
            let leader = partition.currentVoters.first(where: { $0.replicaID == partition.leaderID }),
            leader.lastCaughtUpTimestamp > 0
        else {
            return note("clock", nil, .unknown("no broker tells its time to this user"), since: start)
        }
        let clock = ClockDifference(theirs: leader.lastCaughtUpTimestamp, before: before, after: Timestamps.now())
        note("clock", "controller \(partition.leaderID)", clock.outcome, since: start)
    }
}

/// How far another clock is from ours, as far as an answer tells.
struct ClockDifference: Sendable, Equatable {
    /// Beyond this tokens and certificates are refused (`sasl.oauthbearer.clock.skew.seconds`).
    static let limit: Int64 = 30_000

    /// Milliseconds by which theirs is ahead, at least and at most.
    let least: Int64
    let most: Int64

    /// - Parameters:
    ///   - theirs: what it said.
    ///   - before: our time when it was asked.
    ///   - after: our time when it had answered.
    init(theirs: Int64, before: Int64, after: Int64) {
        least = theirs.subtractingSaturating(max(after, before))
        most = theirs.subtractingSaturating(before)
    }

    var outcome: DoctorStep.Outcome {
        let distance = least > 0 ? least : most < 0 ? 0 &- max(most, -.max) : 0
        let direction = least > 0 ? "ahead of" : "behind"
        if distance == 0 { return .passed("as ours, to within \(max(most, 0 &- max(least, -.max))) ms") }
        let text = "it is \(distance) ms \(direction) ours"
        guard distance > Self.limit else { return .passed(text) }
        return .failed(
            cause: text,
            cure: "synchronize both clocks (NTP): certificates and tokens are refused, and times of records are wrong")
    }
}
