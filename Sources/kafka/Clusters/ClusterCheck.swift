// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaText

/// `kafka clusters check`
struct ClusterCheck: Sendable {
    /// Empty for all.
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    func run(_ context: Context) async throws {
        guard let file = try ProfileFile.load(context.environment) else {
            // Says where it should be.
            _ = try ChosenProfile.find(names.first ?? "default", context.environment)
            return
        }
        let profiles = names.isEmpty ? file.profiles.map(\.name) : names
        for name in profiles {
            do {
                let chosen = try ChosenProfile.find(name, context.environment)
                guard chosen != nil else { continue }
                try await check(name, context)
            } catch let error as Interrupted {
                throw error
            } catch {
                let text = ErrorText.line(for: error)
                if context.writesJSON {
                    context.write(
                        ClustersCommand.checked(.string(name), .bool(false), .null, .null, .string(text)))
                    context.fail()
                } else {
                    context.fail("\(name): \(text)")
                }
            }
        }
    }

    private func check(_ name: String, _ context: Context) async throws {
        let connection = try ConnectionOptions(PropertySources(cluster: name), context.environment)
        let (id, brokers) = try await connection.withCluster(context) { cluster in
            (try await cluster.clusterID(), try await cluster.brokers().count)
        }
        if context.writesJSON {
            context.write(
                ClustersCommand.checked(
                    .string(name), .bool(true), id.map(JSON.string) ?? .null, .number(brokers), .null))
        } else {
            context.out.line("\(name): \(brokers) broker\(brokers == 1 ? "" : "s"), cluster id \(id ?? "unknown")")
        }
    }
}
