// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Logging
internal import Synchronization

/// Creates the topics that clients ask for and that aren't there, behind the answers.
final class TopicCreation: Sendable {
    private struct State {
        var underWay: Set<String> = []
        /// Those that can't be created: clients ask again and again, and the log has it once.
        var reported: Set<String> = []
    }

    private let controller: Controller
    private let logger: Logger
    private let state = Mutex(State())
    private static let largestReport = 1000

    init(controller: Controller, logger: Logger) {
        self.controller = controller
        self.logger = logger
    }

    /// - Parameter client: who asks, for the log.
    func create(_ names: [String], for client: String, quota: MutationQuota) {
        let new = names.isEmpty ? [] : state.withLock { state in names.filter { state.underWay.insert($0).inserted } }
        guard !new.isEmpty else { return }
        Task {
            for name in new {
                do throws(MetadataError) { _ = try await controller.autoCreateTopic(name, quota: quota) } catch {
                    report(name, client, error)
                }
                state.withLock { _ = $0.underWay.remove(name) }
            }
        }
    }

    private func report(_ name: String, _ client: String, _ error: MetadataError) {
        // Its client asks again, and gets it when it may.
        guard error.code != .throttlingQuotaExceeded else { return }
        let isNew = state.withLock { state in
            state.reported.count < Self.largestReport && state.reported.insert(name).inserted
        }
        guard isNew else { return }
        logger.warning("the topic \(name), which \(client) asked for, can't be created: \(error.code): \(error)")
    }
}
