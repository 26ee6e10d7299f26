// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Logging
internal import Synchronization

/// What a service manager is told of a broker: that it makes progress, that it serves, that it is well, that it stops.
/// Without one, nothing is done.
final class ServiceManager: Sendable {
    let service: ServiceEnvironment
    private let watch = Mutex<Task<Void, Never>?>(nil)

    /// How often a start tells how far it is.
    private static let startInterval: Duration = .seconds(5)
    /// How long a start may go on after each sign of progress; a partition's log may take long to read.
    private static let startExtension: Duration = .seconds(300)

    init(_ service: ServiceEnvironment) { self.service = service }

    /// Starts a broker on the sockets that were passed. As long as it makes progress, the start takes no longer than it
    /// may.
    func start(_ options: Broker.Options, logger: Logger) async throws -> Broker {
        var options = options
        options.sockets = service.sockets
        guard let socket = service.notifySocket else { return try await Broker.start(options, logger: logger) }
        let progress = StartProgress()
        options.progress = progress
        let telling = Task {
            var told = -1
            while (try? await Task.sleep(for: Self.startInterval)) != nil {
                guard let news = Self.news(of: progress, since: told) else { continue }
                told = progress.openPartitions
                socket.send(news)
            }
        }
        defer { telling.cancel() }
        do {
            return try await Broker.start(options, logger: logger)
        } catch {
            socket.send(["STATUS=\(ErrorText.line(for: error))"])
            throw error
        }
    }

    /// What is said of a start that has made progress.
    static func news(of progress: StartProgress, since told: Int) -> [String]? {
        guard progress.openPartitions > told else { return nil }
        return [
            "EXTEND_TIMEOUT_USEC=\(microseconds(startExtension))",
            "STATUS=opening logs: \(progress.openPartitions) of \(progress.partitions) partitions",
        ]
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    }

    /// Says that the broker serves, and from now on that it is well, twice as often as is asked for and only as long as
    /// all its threads take their turns.
    func ready(_ broker: Broker, _ status: String, logger: Logger) {
        guard let socket = service.notifySocket else { return }
        if !socket.send(["READY=1", "STATUS=\(status)"]) {
            logger.warning("the service manager can't be told that the broker is ready")
        }
        guard let watchdog = service.watchdog else { return }
        watch.withLock {
            $0 = Task {
                repeat {
                    await broker.answer()
                    guard !Task.isCancelled else { return }
                    socket.send(["WATCHDOG=1"])
                } while (try? await Task.sleep(for: watchdog / 2)) != nil
            }
        }
    }

    func stopping() async {
        service.notifySocket?.send(["STOPPING=1", "STATUS=stopping"])
        let task = watch.withLock { $0 }
        task?.cancel()
        await task?.value
    }
}
