// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `--debug`: what the client does, a line each on standard error, with the time (UTC) and the category.
enum DebugLog {
    private static let categories = ClientDebug.Category.allCases.map(\.rawValue)

    static let option = OptionDefinition.value(
        "debug", "CATEGORIES",
        "Say on standard error what the client does: " + categories.joined(separator: ", ") + " or all, with commas",
        completion: .words(categories + ["all"])
    ).added()

    /// The categories that the option names.
    static func categories(_ text: String) throws -> Set<ClientDebug.Category> {
        var chosen: Set<ClientDebug.Category> = []
        let words = commaSeparated(text)
        guard !words.isEmpty else { throw invalid(text, "it may not be empty") }
        for word in words {
            if word == "all" {
                chosen.formUnion(ClientDebug.Category.allCases)
            } else if let category = ClientDebug.Category(rawValue: word) {
                chosen.insert(category)
            } else {
                throw invalid(text, "there is no category '\(word)'")
            }
        }
        return chosen
    }

    private static func invalid(_ text: String, _ reason: String) -> CommandError {
        CommandError(
            "Invalid value '\(text)' of option debug: \(reason); it takes \(categories.joined(separator: ", ")) and "
                + "all, with commas.")
    }

    static func write(_ categories: Set<ClientDebug.Category>, to context: Context) -> ClientDebug {
        let times = DateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", .utc)
        return ClientDebug(categories) { category, text in
            let time = times?.text(Timestamps.now()) ?? ""
            context.trace("\(time) \(category.rawValue): \(text)")
        }
    }
}
