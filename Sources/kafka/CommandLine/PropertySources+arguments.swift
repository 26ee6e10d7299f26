// SPDX-License-Identifier: Apache-2.0

extension PropertySources {
    /// What the options of a tool say that is a client.
    init(_ arguments: Arguments) {
        let definition = arguments.definition
        let options = definition.allOptions
        func spelling(_ name: String) -> String? {
            options.first { $0.name == name || $0.aliases.contains(name) }?.name
        }
        address = ConnectionOptions.addresses(of: definition).lazy.compactMap { arguments.string($0) }.first
        cluster = spelling(ConnectionOptions.clusterProfile.name).flatMap { arguments.string($0) }
        file = spelling(ConnectionOptions.commandConfig.name).flatMap { arguments.string($0) }
        guard let property = spelling(ConnectionOptions.commandProperty.name) else { return }
        words = arguments.strings(property)
        wordsOption = property
    }
}
