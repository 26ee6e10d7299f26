// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaLog
import KafkaProtocol
import Logging

/// What the environment of a container asks of its broker, as the images cp-kafka, apache/kafka, and those of bitnami and
/// wurstmeister are told it. A variable that is empty isn't set.
struct ImageEnvironment {
    struct Setting: Equatable {
        var name: String
        var value: String
        /// The variable that it comes from; nil for a default of containers.
        var variable: String?
    }

    /// Of several for one property the last counts.
    private(set) var settings: [Setting] = []
    /// Variables without effect.
    private(set) var unheeded: [String] = []
    private(set) var clusterID: String?
    private(set) var topics: [ImageTopic] = []
    /// `KAFKA_LOG4J_ROOT_LOGLEVEL`
    private(set) var logLevel: Logger.Level?
    /// `KAFKA_LOG4J_LOGGERS`, by the logger's name.
    private(set) var logLevels: [(logger: String, level: Logger.Level)] = []
    /// As Kafka's scripts have it.
    private(set) var javaOptions: String?

    /// Where to listen and what clients are told, in the words of older Kafkas.
    private(set) var addresses: [Setting] = []

    let files: ImageFiles
    private(set) var users = ImageUsers()
    /// Those that aren't taken yet.
    private var variables: [String: String]

    /// - Throws: for a variable that can't be, with its name.
    init(_ environment: [String: String], files: ImageFiles = ImageFiles()) throws {
        self.files = files
        variables = environment.filter { name, value in
            !value.isEmpty && (name.hasPrefix("KAFKA_") || name == "CLUSTER_ID")
        }
        // Of wurstmeister's; a broker runs no commands.
        unheeded = ["BROKER_ID_COMMAND", "HOSTNAME_COMMAND", "PORT_COMMAND", "RACK_COMMAND"].filter {
            environment[$0]?.isEmpty == false
        }
        try readFiles()
        clusterID = (take("CLUSTER_ID") ?? take("KAFKA_CLUSTER_ID") ?? take("KAFKA_KRAFT_CLUSTER_ID"))?.trimmed
        try takeLogging()
        takeJavaOptions()
        topics = try ImageTopic.parse(
            take("KAFKA_CREATE_TOPICS") ?? "", separator: take("KAFKA_CREATE_TOPICS_SEPARATOR") ?? ",")
        // A number that is to be made up.
        if variables["KAFKA_BROKER_ID"]?.trimmed == "-1" { _ = take("KAFKA_BROKER_ID") }
        try takeSecrets()
        try takeCertificates()
        users = try takeUsers()
        try takeProperties()
    }

    subscript(property: String) -> String? { settings.last { $0.name == property }?.value }

    mutating func take(_ variable: String) -> String? { variables.removeValue(forKey: variable) }

    /// A value that counts unless the property has a variable of its own.
    mutating func set(_ name: String, _ value: String, from variable: String?) {
        settings.append(Setting(name: name, value: value, variable: variable))
    }

    /// An address that something else has made up for.
    mutating func passOver(_ address: Setting) {
        if let variable = address.variable { unheeded.append(variable) }
    }

    /// The same for what is no default any more where a file or another variable says something.
    mutating func setDefault(_ name: String, _ value: String, from variable: String?, _ base: Properties) {
        if self[name] == nil, base[name] == nil { set(name, value, from: variable) }
    }

    /// `KAFKA_X_FILE` names the file with the value of `KAFKA_X`, where there is such a property or variable; no property
    /// of a broker ends in `.file` itself.
    private mutating func readFiles() throws {
        for (name, path) in variables.sorted(by: { $0.key < $1.key }) where name.hasSuffix("_FILE") {
            let variable = String(name.dropLast(5))
            guard Self.takesFile(variable) else { continue }
            guard variables[variable] == nil else {
                throw CommandError("\(variable) and \(name) are both set; one of them must go")
            }
            variables[name] = nil
            variables[variable] = try files.text(path, for: "the file of \(name)")
        }
    }

    private static func takesFile(_ variable: String) -> Bool {
        let own = ["CLUSTER_ID", "KAFKA_CLUSTER_ID", "KAFKA_KRAFT_CLUSTER_ID", "KAFKA_CREATE_TOPICS"]
        if own.contains(variable) || ImageUsers.variables.contains(variable) || variable == certificatePassword {
            return true
        }
        guard variable.hasPrefix("KAFKA_"), case .property(let property) = ImageVariable(variable, "") else {
            return false
        }
        return ConfigTable.isKnown(property)
    }

    private mutating func takeLogging() throws {
        func level(_ text: String, _ variable: String) throws(CommandError) -> Logger.Level {
            guard let level = LogLevelName.level(text.trimmed) else {
                throw CommandError(
                    "Invalid value '\(text)' of the environment variable \(variable): levels are TRACE, DEBUG, INFO, WARN, "
                        + "ERROR and FATAL.")
            }
            return level
        }
        if let text = take("KAFKA_LOG4J_ROOT_LOGLEVEL") { logLevel = try level(text, "KAFKA_LOG4J_ROOT_LOGLEVEL") }
        for element in (take("KAFKA_LOG4J_LOGGERS") ?? "").split(separator: ",").map(\.trimmed) where !element.isEmpty {
            let parts = element.split(separator: "=", maxSplits: 1).map(\.trimmed)
            guard parts.count == 2 else {
                throw CommandError("Invalid value '\(element)' of KAFKA_LOG4J_LOGGERS: write LOGGER=LEVEL,…")
            }
            logLevels.append((parts[0], try level(parts[1], "KAFKA_LOG4J_LOGGERS")))
        }
    }

    /// Of the options of a Java machine the file with logins counts.
    private mutating func takeJavaOptions() {
        guard let options = take("KAFKA_OPTS") else { return }
        javaOptions = options
        let words = options.split { $0 == " " || $0 == "\t" || $0 == "\n" }
        if !words.allSatisfy({ $0.hasPrefix("-Djava.security.auth.login.config=") }) { unheeded.append("KAFKA_OPTS") }
    }

    private mutating func takeProperties() throws {
        for (variable, value) in variables.sorted(by: { Self.isBefore($0.key, $1.key) }) {
            switch ImageVariable(variable, value) {
            case .elsewhere: break
            case .unheeded: unheeded.append(variable)
            case .property(let name):
                if LegacyAddress.names.contains(name) {
                    addresses.append(Setting(name: name, value: value, variable: variable))
                    continue
                }
                guard ConfigTable.isKnown(name) else {
                    unheeded.append(variable + Self.hint(name))
                    continue
                }
                do { try ConfigTable.broker[name]?.check(value) } catch {
                    throw CommandError("\(variable): \(error)")
                }
                set(name, value, from: variable)
            }
        }
        variables = [:]
    }

    /// `KAFKA_CFG_` counts more than `KAFKA_` alone, for there it is what makes a property.
    private static func isBefore(_ first: String, _ second: String) -> Bool {
        let marks = (first.hasPrefix("KAFKA_CFG_"), second.hasPrefix("KAFKA_CFG_"))
        return marks.0 == marks.1 ? first < second : marks.1
    }

    private static func hint(_ property: String) -> String {
        guard !ConfigTable.isForeign(property), let other = closest(to: property, among: ConfigTable.broker.names)
        else {
            return ""
        }
        return " (did you mean \(ImageVariable.variable(other))?)"
    }
}
