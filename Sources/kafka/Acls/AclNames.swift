// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension AclResource {
    static func name(_ number: Int8) -> String {
        switch AclResource(rawValue: number) {
        case .topic: "TOPIC"
        case .group: "GROUP"
        case .cluster: "CLUSTER"
        case .transactionalID: "TRANSACTIONAL_ID"
        case .delegationToken: "DELEGATION_TOKEN"
        case .user: "USER"
        case nil: "UNKNOWN"
        }
    }
}

extension AclOperation {
    /// `DescribeConfigs`, as the options take it.
    var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// `DESCRIBE_CONFIGS`, as it is printed.
    static func printed(_ number: Int8) -> String {
        guard let operation = AclOperation(rawValue: number) else { return "UNKNOWN" }
        var text = ""
        for character in "\(operation)" {
            if character.isUppercase { text += "_" }
            text += character.uppercased()
        }
        return text
    }

    init(name: String) throws {
        let wanted = name.filter { $0 != "_" }.lowercased()
        guard let found = Self.allCases.first(where: { $0.name.lowercased() == wanted }) else {
            let names = Self.allCases.map(\.name)
            let hint = closest(to: name, among: names).map { "did you mean \($0)?" }
            throw CommandError(
                "There is no operation '\(name)'; \(hint ?? "there are \(names.joined(separator: ", "))")")
        }
        self = found
    }
}

enum AclPattern: Int8, Sendable, CaseIterable {
    case any = 1
    case match, literal, prefixed

    static func name(_ number: Int8) -> String {
        AclPattern(rawValue: number).map { "\($0)".uppercased() } ?? "UNKNOWN"
    }
}
