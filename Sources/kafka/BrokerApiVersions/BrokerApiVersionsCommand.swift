// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka broker-api-versions`
struct BrokerApiVersionsCommand: Command {
    static let definition = CommandDefinition(
        name: "broker-api-versions",
        summary: "Show which requests each broker supports, and in which versions",
        options: ConnectionOptions.all + [ConnectionOptions.bootstrapController],
        rows: [row, api],
        examples: [.init("kafka broker-api-versions", "Show what localhost:9092 speaks")])

    private static let row = JSONRow(nil, "a broker", ["id", "host", "port", "rack", "apis"])
    private static let api = JSONRow(nil, "an element of apis", ["key", "name", "minVersion", "maxVersion"])

    let connection: ConnectionOptions

    init(_ arguments: Arguments) throws { connection = try ConnectionOptions(arguments) }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            for broker in try await cluster.brokers() {
                let name =
                    "\(broker.host):\(broker.port) (id: \(broker.id) rack: \(broker.rack ?? "null") isFenced: false)"
                do throws(ClientError) {
                    let response = try await cluster.apiVersions(of: .broker(broker.id))
                    if context.writesJSON {
                        context.write(
                            Self.row(
                                .number(broker.id), .string(broker.host), .number(broker.port),
                                .optional(broker.rack), Self.json(response)))
                        continue
                    }
                    context.out.line("\(name) -> \(Self.text(response))")
                } catch {
                    context.fail("\(name): \(error.message)")
                }
            }
        }
    }

    static func text(_ response: ApiVersionsResponse) -> String {
        var lines: [Int16: String] = [:]
        for api in response.apiKeys { lines[api.apiKey] = line(api) }
        for key in KnownAPIs.versions.keys where lines[key.rawValue] == nil {
            lines[key.rawValue] = "\(key)(\(key.rawValue)): UNSUPPORTED"
        }
        let all = lines.sorted { $0.key < $1.key }.map(\.value)
        return "(\n\t" + all.joined(separator: ",\n\t") + "\n)"
    }

    private static func json(_ response: ApiVersionsResponse) -> JSON {
        .array(
            response.apiKeys.sorted { $0.apiKey < $1.apiKey }.map { api in
                Self.api(
                    .number(api.apiKey), .string(name(of: api.apiKey)), .number(api.minVersion),
                    .number(api.maxVersion))
            })
    }

    private static func name(of key: Int16) -> String {
        let name = APIKey(rawValue: key).description
        return name == String(key) ? "UNKNOWN" : name
    }

    private static func line(_ api: ApiVersionsResponse.ApiVersion) -> String {
        let range = api.minVersion == api.maxVersion ? "\(api.minVersion)" : "\(api.minVersion) to \(api.maxVersion)"
        let key = APIKey(rawValue: api.apiKey)
        let name = name(of: api.apiKey)
        guard let ours = KnownAPIs.versions[key] else { return "\(name)(\(api.apiKey)): \(range)" }
        let usable =
            if ours.upperBound < api.minVersion {
                "unusable: node too new"
            } else if api.maxVersion < ours.lowerBound {
                "unusable: node too old"
            } else {
                "usable: \(min(ours.upperBound, api.maxVersion))"
            }
        return "\(name)(\(api.apiKey)): \(range) [\(usable)]"
    }
}
