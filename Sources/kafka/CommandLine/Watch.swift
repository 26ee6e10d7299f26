// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `--watch`: what is described is described anew every few seconds, until Ctrl-C. A terminal is wiped before each time;
/// elsewhere an empty line stands between two.
struct Watch: Sendable {
    static let option = OptionDefinition.optionalValue(
        "watch", "SECONDS", "With --describe: again every SECONDS [2], until Ctrl-C"
    ).added()

    let pause: Duration

    /// Nil where it isn't asked for.
    init?(_ arguments: Arguments) throws {
        guard arguments.has("watch") else { return nil }
        let seconds = try arguments.double("watch") ?? 2
        guard seconds >= 0.1, seconds <= 86_400 else {
            throw CommandError("Invalid value of option watch: it must be from 0.1 to 86400 seconds.")
        }
        pause = .seconds(seconds)
    }

    /// - Throws: `Interrupted` at the end; what `body` throws is told, and tried again.
    func run(_ context: Context, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let wipes = context.environment.isTerminalOutput && context.environment.isCapableTerminal
        try await Signals.cancelling {
            var isFirst = true
            while true {
                if wipes {
                    context.out.write("\u{1B}[H\u{1B}[2J")
                } else if !isFirst, !context.writesJSON {
                    context.out.line()
                }
                isFirst = false
                do {
                    try await body()
                } catch let error as ClientError {
                    context.fail(error.message)
                }
                context.out.flush()
                try await Task.sleep(for: pause)
            }
        }.get()
    }
}
