// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import KafkaSecurity

/// Who may log in, as the images of bitnami are told it.
struct ImageUsers {
    static let variables: Set<String> = [
        "KAFKA_CLIENT_USERS", "KAFKA_CLIENT_PASSWORDS", "KAFKA_INTER_BROKER_USER", "KAFKA_INTER_BROKER_PASSWORD",
    ]

    /// With their passwords, in order.
    var users: [(name: String, password: String)] = []
    var hasClients = false
}

extension ImageEnvironment {
    static var certificatePassword: String { "KAFKA_CERTIFICATE_PASSWORD" }

    /// The files of `/etc/kafka/secrets`, as cp-kafka and apache/kafka name them.
    mutating func takeSecrets() throws {
        for store in ["KEYSTORE", "TRUSTSTORE"] {
            if let name = take("KAFKA_SSL_\(store)_FILENAME") {
                set("ssl.\(store.lowercased()).location", files.secret(name), from: "KAFKA_SSL_\(store)_FILENAME")
            }
        }
        for (variable, property) in [
            ("KAFKA_SSL_KEYSTORE_CREDENTIALS", "ssl.keystore.password"),
            ("KAFKA_SSL_KEY_CREDENTIALS", "ssl.key.password"),
            ("KAFKA_SSL_TRUSTSTORE_CREDENTIALS", "ssl.truststore.password"),
        ] {
            guard let name = take(variable) else { continue }
            set(property, try files.text(files.secret(name), for: "the file of \(variable)"), from: variable)
        }
    }

    /// `KAFKA_TLS_…` and the files of `/opt/bitnami/kafka/config/certs`.
    mutating func takeCertificates() throws {
        if let auth = take("KAFKA_TLS_CLIENT_AUTH") { set("ssl.client.auth", auth, from: "KAFKA_TLS_CLIENT_AUTH") }
        let password = take(Self.certificatePassword)
        if let password {
            for property in ["ssl.keystore.password", "ssl.key.password", "ssl.truststore.password"] {
                set(property, password, from: Self.certificatePassword)
            }
        }
        guard let type = take("KAFKA_TLS_TYPE")?.trimmed.uppercased() else { return }
        guard type == "JKS" || type == "PEM" else {
            throw CommandError(
                "Invalid value '\(type)' of the environment variable KAFKA_TLS_TYPE: it must be JKS or PEM.")
        }
        for store in ["keystore", "truststore"] {
            set("ssl.\(store).type", type, from: "KAFKA_TLS_TYPE")
            if type == "JKS", let path = files.certificates("kafka.\(store).jks") {
                set("ssl.\(store).location", path, from: "KAFKA_TLS_TYPE")
            }
        }
        guard type == "PEM" else { return }
        for (name, property) in [
            ("kafka.keystore.pem", "ssl.keystore.certificate.chain"), ("kafka.keystore.key", "ssl.keystore.key"),
            ("kafka.truststore.pem", "ssl.truststore.certificates"),
        ] {
            guard let path = files.certificates(name) else { continue }
            set(property, try files.text(path, for: "the certificates of KAFKA_TLS_TYPE"), from: "KAFKA_TLS_TYPE")
        }
    }

    /// `KAFKA_CLIENT_USERS` with `KAFKA_CLIENT_PASSWORDS`, and `KAFKA_INTER_BROKER_USER` with its password.
    mutating func takeUsers() throws -> ImageUsers {
        var users = ImageUsers()
        func list(_ text: String?) -> [String] {
            (text ?? "").split { $0 == "," || $0 == ";" }.map(\.trimmed).filter { !$0.isEmpty }
        }
        let (names, passwords) = (list(take("KAFKA_CLIENT_USERS")), list(take("KAFKA_CLIENT_PASSWORDS")))
        guard names.count == passwords.count else {
            throw CommandError(
                "KAFKA_CLIENT_USERS has \(names.count) users and KAFKA_CLIENT_PASSWORDS \(passwords.count) passwords; each "
                    + "user needs one")
        }
        users.users = zip(names, passwords).map { (name: $0, password: $1) }
        users.hasClients = !names.isEmpty
        let (broker, password) = (take("KAFKA_INTER_BROKER_USER"), take("KAFKA_INTER_BROKER_PASSWORD"))
        if let broker, let password { users.users.append((broker, password)) }
        return users
    }

    /// Lets the users log in with PLAIN at the listeners where clients have to.
    /// - Parameter listeners: in upper case.
    mutating func login(_ users: ImageUsers, at listeners: [String], _ base: Properties) throws {
        guard !users.users.isEmpty else { return }
        let module = try users.module
        for listener in listeners {
            let name = "listener.name.\(listener.lowercased()).plain.sasl.jaas.config"
            setDefault(name, module, from: users.variable, base)
        }
        // Kafka's own default can't be served.
        setDefault("sasl.enabled.mechanisms", "PLAIN", from: users.variable, base)
    }
}

extension ImageUsers {
    /// Where most of them come from.
    var variable: String { hasClients ? "KAFKA_CLIENT_USERS" : "KAFKA_INTER_BROKER_USER" }

    /// As sasl.jaas.config has them.
    fileprivate var module: String {
        get throws {
            let options = try users.map { user in
                let isWord = user.name.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"{};\"'=\\".utf8.contains($0) }
                guard isWord else {
                    throw CommandError(
                        "\(variable) has the user '\(user.name)', whose name has more than letters and digits")
                }
                let password = user.password.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
                return "user_\(user.name)=\"\(password)\""
            }
            return "\(JAASModule.plainClass) required \(options.joined(separator: " "));"
        }
    }
}
