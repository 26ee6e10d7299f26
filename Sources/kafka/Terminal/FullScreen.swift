// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// The whole terminal as a place to draw on, and its keys one by one. What stood there before comes back with `end`.
///
/// Only lines that differ from those that are there are sent, each in one piece with its end erased, so that nothing
/// flickers.
final class FullScreen: Sendable {
    struct Size: Sendable, Hashable {
        var columns: Int
        var rows: Int

        /// Nil where standard output is no terminal.
        static var current: Size? {
            var size = winsize()
            guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
            return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
        }
    }

    enum Input: Sendable {
        case key(Key)
        case resized
        /// The terminal has gone.
        case closed
    }

    private struct State {
        var shown: [String] = []
        var isEnded = false
    }

    private let before: termios
    private let state = Mutex(State())
    private static let escape = "\u{1B}["

    /// Takes the terminal over.
    /// - Parameter receive: called on a thread of its own.
    /// - Returns: nil if standard input or output is none.
    init?(_ receive: @escaping @Sendable (Input) -> Void) {
        var settings = termios()
        guard isatty(1) == 1, tcgetattr(0, &settings) == 0 else { return nil }
        before = settings
        take()
        Thread.detach { [self] in watch(receive) }
    }

    private func take() {
        var raw = before
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR)
        tcsetattr(0, TCSADRAIN, &raw)
        // Another screen, no cursor, no wrapping.
        send(Self.escape + "?1049h" + Self.escape + "?25l" + Self.escape + "?7l" + Self.escape + "2J")
    }

    private func giveBack() {
        send(Self.escape + "?7h" + Self.escape + "?25h" + Self.escape + "?1049l")
        var settings = before
        tcsetattr(0, TCSADRAIN, &settings)
    }

    /// Gives the terminal back; more than once does no harm.
    func end() {
        let isFirst = state.withLock { state in
            defer { state.isEnded = true }
            return !state.isEnded
        }
        if isFirst { giveBack() }
    }

    /// Stops this process as Ctrl-Z does, with the terminal as it was; returns when it goes on.
    func suspend() {
        giveBack()
        kill(0, SIGTSTP)
        take()
        state.withLock { $0.shown = [] }
    }

    /// Shows these lines from the top, as many as there is room for; what is behind the last is empty.
    func draw(_ lines: [String]) {
        let rows = Size.current?.rows ?? lines.count
        let text = state.withLock { state -> String in
            guard !state.isEnded else { return "" }
            var text = ""
            for index in 0..<min(rows, max(lines.count, state.shown.count)) {
                let line = index < lines.count ? lines[index] : ""
                if index < state.shown.count, state.shown[index] == line { continue }
                text += "\(Self.escape)\(index + 1);1H\(line)\(Self.escape)0m\(Self.escape)K"
            }
            state.shown = lines
            return text
        }
        if !text.isEmpty { send(text) }
    }

    /// The next `draw` sends all lines.
    func forget() {
        state.withLock { $0.shown = [] }
        send(Self.escape + "2J")
    }

    private func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = write(1, rest.baseAddress!, rest.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private func watch(_ receive: @Sendable (Input) -> Void) {
        var size = Size.current
        var bytes = [UInt8](repeating: 0, count: 256)
        while !state.withLock({ $0.isEnded }) {
            var descriptor = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 200)
            let now = Size.current
            if now != size {
                size = now
                receive(.resized)
            }
            guard ready > 0 else { continue }
            let count = read(0, &bytes, bytes.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return receive(.closed) }
            for key in Key.decode(bytes[..<count]) { receive(.key(key)) }
        }
    }
}

extension Slice where Base == UnsafeRawBufferPointer {
    fileprivate var baseAddress: UnsafeRawPointer? { base.baseAddress.map { $0 + startIndex } }
}
