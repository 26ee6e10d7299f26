// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import NIOCore

/// Tokens as Kafka's tool prints them: an empty line before each.
enum TokenTable {
    struct Token: Sendable {
        var id: String
        var hmac: ByteBuffer
        var owner: DelegationTokensCommand.Principal
        var requester: DelegationTokensCommand.Principal
        var renewers: [DelegationTokensCommand.Principal]
        /// Milliseconds since 1970, as the two others.
        var issued: Int64
        var expires: Int64
        var limit: Int64
    }

    private static let names = [
        "tokenId", "hmac", "owner", "requester", "renewers", "issueTimestampMs", "expiryTimestampMs", "maxTimestampMs",
    ]
    static let created = JSONRow("create", "the token", names)
    static let described = JSONRow("describe", "a token", names)

    private static let minutes = DateFormat("yyyy-MM-dd'T'HH:mm")!
    private static let widths = [15, 30, 15, 15, 25, 15, 15, 15]

    static func date(_ time: Int64) -> String { minutes.text(time) }

    static func print(_ tokens: [Token], _ context: Context) {
        if context.writesJSON {
            for token in tokens {
                context.write(
                    described(
                        .string(token.id), .string(Base64.encode(token.hmac.readableBytesView)),
                        .string(token.owner.description), .string(token.requester.description),
                        .strings(token.renewers.map(\.description)), .number(token.issued), .number(token.expires),
                        .number(token.limit)))
            }
            return
        }
        row(["TOKENID", "HMAC", "OWNER", "REQUESTER", "RENEWERS", "ISSUEDATE", "EXPIRYDATE", "MAXDATE"], context)
        for token in tokens {
            row(
                [
                    token.id, Base64.encode(token.hmac.readableBytesView), token.owner.description,
                    token.requester.description,
                    "[" + token.renewers.map(\.description).joined(separator: ", ") + "]", date(token.issued),
                    date(token.expires), date(token.limit),
                ], context)
        }
    }

    private static func row(_ cells: [String], _ context: Context) {
        context.out.line("\n" + zip(cells, widths).map { VisibleText.of($0).padded($1) }.joined(separator: " "))
    }
}
