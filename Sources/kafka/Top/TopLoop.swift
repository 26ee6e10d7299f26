// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka top` at a terminal: keys and samples come one after the other, and after each the screen is what it should be.
struct TopLoop {
    private enum Event: Sendable {
        case input(FullScreen.Input)
        case sampled(TopSample)
        case failed(String)
        case noticed(ClientNotice)
        case records(TopPage, TopRecords.Shown)
        case signal
    }

    private let command: TopCommand
    private let context: Context
    private var view = TopView()
    private var history = TopHistory()
    /// What came while the view is paused.
    private var pending: TopHistory?
    private var table: TopTable?
    private var records: TopRecords.Shown?
    private var waiting: [String] = []
    private var failure: String?

    init(_ command: TopCommand, _ context: Context) {
        self.command = command
        self.context = context
        view.place.filter = command.filter
    }

    mutating func run() async throws {
        let (events, continuation) = AsyncStream<Event>.makeStream()
        var configuration = try command.connection.configuration(context, clientID: "top")
        configuration.onNotice = { continuation.yield(.noticed($0)) }
        let cluster = try await Cluster.connect(configuration)
        let sampler = TopSampler(cluster)
        let signals = Signals.catching()
        signals.onSignal { continuation.yield(.signal) }
        guard let screen = FullScreen({ continuation.yield(.input($0)) }) else {
            await cluster.close()
            throw CommandError("The terminal can't be drawn on; --once prints topics and groups.")
        }
        let refresh = command.refresh
        let sampling = Task {
            while !Task.isCancelled {
                let start = ContinuousClock.now
                do throws(ClientError) {
                    continuation.yield(.sampled(try await sampler.sample()))
                } catch {
                    continuation.yield(.failed(error.message))
                }
                try await Task.sleep(until: start + refresh)
            }
        }
        var reading: Task<Void, Never>?
        draw(screen)
        loop: for await event in events {
            switch event {
            case .input(.key(let key)):
                switch view.press(key, table, height: height) {
                case .quit: break loop
                case .suspend: screen.suspend()
                case .opened:
                    reading?.cancel()
                    reading = read(configuration) { continuation.yield(.records($0, $1)) }
                    await sampler.attend(to: group)
                case .nothing: break
                }
                if !view.isPaused, let pending {
                    history = pending
                    self.pending = nil
                }
            case .input(.resized): screen.forget()
            case .input(.closed), .signal: break loop
            case .sampled(let sample):
                failure = nil
                take(sample)
            case .failed(let message): failure = message
            case .noticed(.waiting(let text)): waiting.append(text)
            case .noticed(.recovered): waiting = []
            case .records(let page, let shown): if page == view.page, !view.isPaused { records = shown }
            }
            table = history.table(view.page)
            draw(screen)
        }
        screen.end()
        reading?.cancel()
        sampling.cancel()
        await cluster.close()
        if let status = signals.exitStatus { throw Interrupted(status: status) }
    }

    private mutating func take(_ sample: TopSample) {
        if view.isPaused {
            var later = pending ?? history
            later.add(sample)
            pending = later
        } else {
            history.add(sample)
        }
    }

    private var group: String? {
        if case .group(let id) = view.page { return id }
        return nil
    }

    private var size: FullScreen.Size { .current ?? .init(columns: 80, rows: 24) }
    private var height: Int { max(0, size.rows - TopScreen.frame) }

    private mutating func read(
        _ configuration: ClientConfiguration, _ show: @escaping @Sendable (TopPage, TopRecords.Shown) -> Void
    ) -> Task<Void, Never>? {
        records = nil
        let page = view.page
        guard case .records(let topic) = page else { return nil }
        let reader = TopRecords(topic: topic, configuration: configuration)
        return Task { await reader.run { show(page, $0) } }
    }

    private func draw(_ screen: FullScreen) {
        let drawn = TopScreen(
            size: size, colors: context.environment.wantsColors, status: failure ?? waiting.last)
        screen.draw(drawn.lines(view, history, table, records: records))
    }
}
