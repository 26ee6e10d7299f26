// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

extension Broker.Options {
    /// Puts what references such as `${file:PATH}` stand for into the properties.
    /// - Throws: for one that leads nowhere, and for a command in the file, which may come from somebody else.
    mutating func followReferences(_ environment: Environment) throws {
        for (name, value) in file {
            for case .reference(let reference) in SecretReference.parts(value) where reference.kind == .command {
                throw CommandError(
                    "\(name) of the properties file is \(reference.text), but only the command line (--override) may name "
                        + "commands; man kafka-security tells of references")
            }
        }
        var properties = Properties()
        for (name, value) in file + overrides { properties.set(name, value) }
        let resolver = SecretResolver(environment, properties)
        file = try file.map { ($0.name, try resolver.resolve($0.value, of: $0.name)) }
        overrides = try overrides.map { ($0.name, try resolver.resolve($0.value, of: $0.name)) }
    }
}
