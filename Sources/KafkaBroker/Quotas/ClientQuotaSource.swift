// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import Synchronization

/// The quotas that the metadata has, and what clients used of them in the last seconds.
final class ClientQuotaSource: QuotaSource {
    /// What has limits of its own.
    enum Kind: String, Sendable, CaseIterable {
        case produce = "producer_byte_rate"
        case fetch = "consumer_byte_rate"
        /// Percent of a thread's time.
        case request = "request_percentage"
        /// Partitions made or deleted.
        case mutation = "controller_mutation_rate"
    }

    fileprivate struct Key: Hashable {
        var kind: Kind
        var group: QuotaGroup
    }

    fileprivate struct State {
        var limits: [Kind: QuotaLimits] = [:]
        var rates = SensorTable<Key, SampledRate>()
        var buckets = SensorTable<Key, TokenBucket>()
    }

    private let window: QuotaWindow
    private let mutationWindow: QuotaWindow
    private let now: @Sendable () -> Int64
    private let hasQuotas = Atomic<Bool>(false)
    private let hasTimeQuotas = Atomic<Bool>(false)
    private let state = Mutex(State())

    /// What only brokers and the first step of a login send.
    private static let exempt: Set<APIKey> = [.writeTxnMarkers, .saslHandshake, .saslAuthenticate]

    /// - Parameters:
    ///   - window: `quota.window.num` and `quota.window.size.seconds`.
    ///   - mutationWindow: `controller.quota.window.num` and `controller.quota.window.size.seconds`.
    ///   - now: milliseconds that never run backwards.
    init(
        window: QuotaWindow = QuotaWindow(), mutationWindow: QuotaWindow = QuotaWindow(),
        now: @escaping @Sendable () -> Int64
    ) {
        self.window = window
        self.mutationWindow = mutationWindow
        self.now = now
    }

    /// Takes the quotas of a new image; what was used stays counted.
    func update(_ quotas: TreeDictionary<QuotaEntity, [String: Double]>) {
        var limits: [Kind: QuotaLimits] = [:]
        for (entity, values) in quotas {
            for (name, value) in values {
                guard let kind = Kind(rawValue: name) else { continue }
                limits[kind, default: QuotaLimits()].set(value, for: entity)
            }
        }
        limits = limits.filter { !$0.value.isEmpty }
        state.withLock { state in
            state.limits = limits
            // Nobody is counted who has no limit.
            if limits.isEmpty { (state.rates, state.buckets) = (SensorTable(), SensorTable()) }
        }
        hasTimeQuotas.store(limits[.request] != nil, ordering: .relaxed)
        hasQuotas.store(!limits.isEmpty, ordering: .relaxed)
    }

    /// How many groups of clients are kept in mind.
    var sensorCount: Int { state.withLock { $0.rates.count + $0.buckets.count } }

    var isActive: Bool { hasQuotas.load(ordering: .relaxed) }
    var countsTime: Bool { hasTimeQuotas.load(ordering: .relaxed) }

    func throttleTimeMs(_ usage: RequestUsage, of client: QuotaClient) -> Int32 {
        let now = now()
        var time: Int32 = 0
        switch usage.apiKey {
        case .produce: time = use(.produce, Double(usage.requestBytes), client, now)
        // Its records are locked for the client, so that they are sent whatever the quota says.
        case .shareFetch: time = use(.fetch, Double(usage.responseBytes), client, now)
        default: break
        }
        // Produce with acks=0 is not counted, as in Kafka.
        guard !Self.exempt.contains(usage.apiKey), usage.responseBytes > 0 else { return time }
        return max(time, useTime(usage, client, now))
    }

    func throttleFetch(_ usage: RequestUsage, of client: QuotaClient) -> (throttleTimeMs: Int32, sendsRecords: Bool) {
        let now = now()
        let ofTime = useTime(usage, client, now)
        let bytes = Double(usage.responseBytes)
        return state.withLock { state in
            guard let (group, limit) = state.limits[.fetch]?.limit(of: client) else { return (ofTime, ofTime <= 0) }
            return state.rate(Key(kind: .fetch, group: group), now) { rate in
                // One batch may be more than the whole window has. Kafka never sends it; here it is paid for afterwards.
                let isTooLarge = bytes > limit * window.lengthSeconds && rate.isUnused(now: now, window)
                rate.record(bytes, now: now, window)
                let time = max(rate.throttleTimeMs(limit: limit, now: now, window), ofTime)
                let sendsRecords = time <= 0 || isTooLarge && ofTime <= 0
                if !sendsRecords { rate.record(-bytes, now: now, window) }
                return (time, sendsRecords)
            }
        }
    }

    func fetchLimit(of client: QuotaClient) -> Int {
        let limit = state.withLock { $0.limits[.fetch]?.limit(of: client)?.perSecond }
        guard let limit else { return .max }
        return Int(Int32(rounding: window.burst(limit).rounded(.down)))
    }

    func mutationQuota(of client: QuotaClient, isStrict: Bool) -> MutationQuota {
        guard state.withLock({ $0.limits[.mutation]?.limit(of: client) }) != nil else { return .unlimited }
        return MutationQuota(now: now) { [self] partitions in change(partitions, client, isStrict: isStrict) }
    }

    /// What clients with quotas use, those first that use most, and how many more there are.
    func uses(limit: Int) -> (uses: [QuotaUse], omitted: Int) {
        let now = now()
        var uses = state.withLock { state in
            state.rates.sensors.compactMap { key, rate -> QuotaUse? in
                guard let resource = key.kind.resource else { return nil }
                var rate = rate
                let (user, clientID) = (key.group.user, key.group.clientID)
                let limit = state.limits[key.kind]?.limit(
                    of: QuotaClient(user: user ?? "", clientID: clientID ?? ""))?.perSecond
                return QuotaUse(
                    resource: resource, user: user, clientID: clientID,
                    perSecond: rate.measure(now: now, window).perSecond,
                    throttleMs: limit.map { rate.throttleTimeMs(limit: $0, now: now, window) } ?? 0)
            }
        }
        uses.sort { $0.perSecond > $1.perSecond }
        let omitted = max(uses.count - limit, 0)
        uses.removeLast(omitted)
        return (uses, omitted)
    }

    /// Notes what was used, and says for how long that was too much.
    private func use(_ kind: Kind, _ amount: Double, _ client: QuotaClient, _ now: Int64) -> Int32 {
        state.withLock { state in
            guard let (group, limit) = state.limits[kind]?.limit(of: client) else { return 0 }
            return state.rate(Key(kind: kind, group: group), now) { rate in
                rate.record(amount, now: now, window)
                return rate.throttleTimeMs(limit: limit, now: now, window)
            }
        }
    }

    /// Of the time alone: nobody waits for longer than a sample.
    private func useTime(_ usage: RequestUsage, _ client: QuotaClient, _ now: Int64) -> Int32 {
        guard countsTime else { return 0 }
        let percent = Double(usage.nanoseconds) * 100 / 1_000_000_000
        return min(use(.request, percent, client, now), Int32(clamping: window.sampleMs))
    }

    private func change(_ partitions: Int, _ client: QuotaClient, isStrict: Bool) -> MutationQuota.Attempt {
        let now = now()
        return state.withLock { state in
            guard let (group, limit) = state.limits[.mutation]?.limit(of: client) else {
                return MutationQuota.Attempt(isAdmitted: true, throttleTimeMs: 0)
            }
            let key = Key(kind: .mutation, group: group)
            return state.buckets.update(key, textByteCount: group.byteCount, now: now, new: TokenBucket()) { bucket in
                let isAdmitted = !isStrict || !bucket.isExhausted(rate: limit, now: now, mutationWindow)
                if isAdmitted { bucket.take(Double(partitions), rate: limit, now: now, mutationWindow) }
                // Whoever is strict waits when it is refused, not for what was allowed.
                let waits = !isAdmitted || !isStrict
                return MutationQuota.Attempt(
                    isAdmitted: isAdmitted,
                    throttleTimeMs: waits ? bucket.throttleTimeMs(rate: limit, now: now, mutationWindow) : 0)
            }
        }
    }
}

extension ClientQuotaSource.State {
    fileprivate mutating func rate<Result>(
        _ key: ClientQuotaSource.Key, _ now: Int64, _ body: (inout SampledRate) -> Result
    ) -> Result {
        rates.update(key, textByteCount: key.group.byteCount, now: now, new: SampledRate(), body)
    }
}

extension QuotaGroup {
    fileprivate var byteCount: Int { (user?.utf8.count ?? 0) + (clientID?.utf8.count ?? 0) }
}

extension ClientQuotaSource.Kind {
    /// As Kafka's beans call it.
    fileprivate var resource: String? {
        switch self {
        case .produce: "Produce"
        case .fetch: "Fetch"
        case .request: "Request"
        case .mutation: nil
        }
    }
}
