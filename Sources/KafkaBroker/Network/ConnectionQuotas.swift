// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import Synchronization

/// Counts connections and decides which may come in: Kafka's rules (KIP-402, KIP-612), without a socket or a clock.
///
/// A connection first waits for the rates of the broker and its listener, then for a place; one of an address that has too
/// many, or comes too often, is not let in at all.
final class ConnectionQuotas: Sendable {
    enum Decision: Sendable, Equatable {
        /// It is counted until `release`.
        case admitted
        /// There is no place; `whenFree` is called when it is worth asking again.
        case full
        /// Its address has as many as it may.
        case tooMany(limit: Int)
        /// Its address came too often; it is closed after so many milliseconds.
        case tooOften(closeAfterMs: Int64)
    }

    fileprivate struct State {
        var limits: ConnectionLimits
        var total = 0
        var listeners: [String: Int] = [:]
        var addresses: [String: Int] = [:]
        var brokerRate = SampledRate()
        var listenerRates: [String: SampledRate] = [:]
        var addressRates = SensorTable<String, SampledRate>()
        /// `connection_creation_rate` by address; of nil for all others.
        var addressLimits: [String?: Double] = [:]
        var waiting: [@Sendable () -> Void] = []
        var refusedCount = 0
        /// By listener, since the start.
        var admitted: [String: UInt64] = [:]
    }

    private let window: QuotaWindow
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - window: `quota.window.num` and `quota.window.size.seconds`.
    ///   - now: milliseconds that never run backwards.
    init(_ limits: ConnectionLimits, window: QuotaWindow = QuotaWindow(), now: @escaping @Sendable () -> Int64) {
        self.window = window
        self.now = now
        state = Mutex(State(limits: limits))
    }

    /// Connections that were not let in.
    var refusedCount: Int { state.withLock(\.refusedCount) }

    /// Connections by listener: those that there are, and those that came since the start.
    var counts: [String: (open: Int, admitted: UInt64)] {
        state.withLock { state in
            state.admitted.reduce(into: [:]) { counts, listener in
                counts[listener.key] = (state.listeners[listener.key] ?? 0, listener.value)
            }
        }
    }

    func update(_ limits: ConnectionLimits) {
        let waiting = state.withLock { state in
            state.limits = limits
            return state.takeWaiting()
        }
        for goOn in waiting { goOn() }
    }

    /// Takes the quotas of addresses from those of a new image.
    func update(_ quotas: TreeDictionary<QuotaEntity, [String: Double]>) {
        var limits: [String?: Double] = [:]
        for (entity, values) in quotas {
            guard let part = entity[QuotaEntity.address], let limit = values["connection_creation_rate"] else {
                continue
            }
            guard let name = part.name else {
                limits[nil] = limit
                continue
            }
            // A name that can't be resolved any more is nobody's.
            if let address = HostName.literal(name) { limits[address] = limit }
        }
        state.withLock { $0.addressLimits = limits }
    }

    /// Notes that a connection comes to a listener.
    /// - Returns: milliseconds until it is taken in; at most those of a sample.
    func arrived(at listener: String) -> Int64 {
        let now = now()
        return state.withLock { state in
            var time: Int32 = 0
            if listener != state.limits.protectedListener {
                time = state.brokerRate.use(state.limits.broker.perSecond, now, window)
            }
            let limit = state.limits(of: listener).perSecond
            return Int64(max(time, state.listenerRates[listener, default: SampledRate()].use(limit, now, window)))
        }
    }

    /// - Parameter whenFree: called once, on any thread, if the answer is `.full`.
    func admit(_ address: String, at listener: String, whenFree: @escaping @Sendable () -> Void) -> Decision {
        let now = now()
        return state.withLock { state in
            guard state.hasPlace(listener) else {
                state.waiting.append(whenFree)
                return .full
            }
            if let delay = state.throttle(address, at: listener, now, window) {
                state.refusedCount += 1
                return .tooOften(closeAfterMs: Int64(delay))
            }
            let count = state.addresses[address] ?? 0
            let limit = state.limits.addresses[address] ?? state.limits.perAddress
            guard count < limit else {
                state.refusedCount += 1
                return .tooMany(limit: limit)
            }
            state.addresses[address] = count + 1
            state.listeners[listener, default: 0] += 1
            state.admitted[listener, default: 0] += 1
            state.total += 1
            return .admitted
        }
    }

    /// A connection that was admitted is closed.
    func release(_ address: String, at listener: String) {
        let waiting = state.withLock { state in
            let count = state.addresses[address] ?? 0
            state.addresses[address] = count > 1 ? count - 1 : nil
            state.listeners[listener, default: 0] -= 1
            state.total -= 1
            return state.takeWaiting()
        }
        for goOn in waiting { goOn() }
    }

    /// Connections that are too many for the broker: others than those of the protected listener give way.
    var excess: (count: Int, protectedListener: String?) {
        state.withLock { (max($0.total - $0.limits.broker.count, 0), $0.limits.protectedListener) }
    }
}

extension ConnectionQuotas.State {
    fileprivate func limits(of listener: String) -> ConnectionLimits.Limit {
        limits.listeners[listener] ?? limits.broker
    }

    fileprivate func hasPlace(_ listener: String) -> Bool {
        guard listeners[listener] ?? 0 < limits(of: listener).count else { return false }
        return listener == limits.protectedListener || total < limits.broker.count
    }

    fileprivate mutating func takeWaiting() -> [@Sendable () -> Void] {
        defer { waiting = [] }
        return waiting
    }

    /// Milliseconds for which an address has to wait that comes too often; nil for one that doesn't. A connection that is
    /// refused counts for nothing, not for the rates of broker and listener either.
    fileprivate mutating func throttle(
        _ address: String, at listener: String, _ now: Int64, _ window: QuotaWindow
    ) -> Int32? {
        guard let limit = addressLimits[address] ?? addressLimits[nil] else { return nil }
        let time = addressRates.update(address, textByteCount: address.utf8.count, now: now, new: SampledRate()) {
            rate in
            let time = rate.use(limit, now, window)
            if time > 0 { rate.record(-1, now: now, window) }
            return time
        }
        guard time > 0 else { return nil }
        if listener != limits.protectedListener { brokerRate.record(-1, now: now, window) }
        listenerRates[listener, default: SampledRate()].record(-1, now: now, window)
        return time
    }
}

extension SampledRate {
    /// Notes one connection.
    /// - Returns: milliseconds to wait, at most those of a sample.
    fileprivate mutating func use(_ limit: Double, _ now: Int64, _ window: QuotaWindow) -> Int32 {
        record(1, now: now, window)
        return min(throttleTimeMs(limit: limit, now: now, window), Int32(clamping: window.sampleMs))
    }

    fileprivate mutating func use(_ limit: Int, _ now: Int64, _ window: QuotaWindow) -> Int32 {
        use(Double(limit), now, window)
    }
}
