// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import KafkaText

/// `kafka broker --print-config`: every property in effect, where it comes from, and whether it changes anything.
struct PrintedConfiguration {
    static let row = JSONRow(
        nil, "a property of the broker, with --print-config", ["name", "value", "source", "secret", "withoutEffect"])

    let options: Broker.Options
    /// The properties file, as it was named.
    let file: String?
    let image: ImageEnvironment?
    /// Whether somebody has said where the data goes.
    let namesDirectory: Bool

    func print(_ context: Context) throws {
        let all = try configuration.effective
        if context.writesJSON {
            for property in all {
                let value = property.isSecret ? nil : property.value
                context.write(
                    Self.row(
                        .string(property.name), value.map(JSON.string) ?? .null, .string(source(of: property)),
                        .bool(property.isSecret), absence(property.name).map(JSON.string) ?? .null))
            }
            return
        }
        Table(
            columns: [
                .init("PROPERTY", 48), .init("VALUE", 24, cut: 2), .init("SOURCE", 18), .init("EFFECT", 0, cut: 1),
            ],
            rows: all.map { property in
                [
                    property.name, property.isSecret && property.value != nil ? "[hidden]" : property.value ?? "-",
                    source(of: property), absence(property.name).map { "none: this broker \($0)" } ?? "yes",
                ]
            }
        ).print(context)
    }

    private var configuration: BrokerConfiguration {
        get throws {
            let configuration = try Broker.configuration(of: options)
            guard !options.isEphemeral, let directory = options.dataDirectory ?? configuration.logDirs.first else {
                return configuration
            }
            return try Broker.configuration(of: options, storedIn: directory)
        }
    }

    private func absence(_ name: String) -> String? { ConfigTable.broker[name]?.withoutEffect }

    private func source(of property: BrokerConfiguration.Effective) -> String {
        let name = property.name
        switch property.source {
        case .defaultValue: return "default"
        case .dynamic: return "changed for this broker"
        case .dynamicDefault: return "changed for all brokers"
        case .fixed: break
        }
        switch name {
        case "listeners" where !options.listen.isEmpty, "listener.security.protocol.map" where !options.listen.isEmpty:
            return "--listen"
        case "log.dirs" where options.dataDirectory != nil: return namesDirectory ? "--data-dir" : "default"
        default: break
        }
        if options.overrides.contains(where: { $0.name == name }) { return "--override" }
        if let setting = image?.settings.last(where: { $0.name == name }) {
            return setting.variable.map { "$\($0)" } ?? "default with --env"
        }
        if options.file.contains(where: { $0.name == name }) { return file ?? "file" }
        if ["node.id", "broker.id"].contains(name) { return "data directory" }
        return options.isSecure ? "--secure" : "default"
    }
}
