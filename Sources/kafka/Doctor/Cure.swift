// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Libc

/// What helps, in one sentence.
enum Cure {
    static func of(_ error: ClientError) -> String {
        switch error.kind {
        case .tlsExpected: "set security.protocol=SSL, or with a login SASL_SSL"
        case .plaintextExpected:
            "use the port of the TLS listener, or set security.protocol to PLAINTEXT or SASL_PLAINTEXT"
        case .authentication:
            "check sasl.mechanism, the user's name and the password, and whether the user exists there"
        case .configuration: "correct the property"
        case .connection: "see whether the broker runs, and whether a firewall lets this machine through"
        case .timedOut: "see whether the broker is overloaded or cut off; --timeout waits longer"
        case .invalidResponse: "use the address of a Kafka listener"
        case .unsupported: "the broker is older than Kafka 2.1, or it is a controller: see --bootstrap-server"
        case .broker(let code) where authorizationErrors.contains(code):
            "an administrator has to allow it: kafka acls --add"
        default: "see the broker's log"
        }
    }

    /// Where it is permission that lacks, how it is given.
    static func ofPermission(_ error: ClientError, _ operation: String, _ resource: String) -> String {
        guard let code = error.errorCode, authorizationErrors.contains(code) else { return of(error) }
        return
            "an administrator has to allow it: kafka acls --add --allow-principal User:NAME --operation \(operation) "
            + resource
    }

    private static let authorizationErrors: Set<ErrorCode> = [
        .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed,
        .transactionalIDAuthorizationFailed,
    ]

    /// The step at which opening a session failed.
    static func step(of error: ClientError) -> String {
        switch error.kind {
        case .authentication: "login"
        case .tlsExpected, .plaintextExpected: "protocol"
        default: "session"
        }
    }

    static let ofTLS = "see the broker's log, and this client's ssl properties"

    /// A failure that may be told as "cause; cure" by who knows both.
    /// - Parameter cure: for one that is told as a cause alone.
    static func parts(_ text: String, or cure: String) -> DoctorStep.Outcome {
        var cause = ""
        var rest = text[...]
        while let first = rest.first {
            if rest.hasPrefix("; ") {
                return .failed(cause: cause, cure: String(rest.dropFirst(2)))
            }
            cause.append(first)
            rest.removeFirst()
        }
        return .failed(cause: cause, cure: cure)
    }

    static func cause(_ code: Int32, _ timeout: Duration) -> String {
        switch code {
        case ECONNREFUSED: "connection refused; nobody listens there"
        case ETIMEDOUT: "no answer within \(words(timeout))"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH, EADDRNOTAVAIL: "this machine has no way into that network"
        default: String(cString: strerror(code))
        }
    }

    static func ofConnecting(_ code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "start the broker, or correct the port: bootstrap.servers names a listener of a broker"
        case ETIMEDOUT:
            "let a firewall or security group pass the port, or join the network (VPN) that the broker is in"
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL: "join the network (VPN) that the broker is in"
        default: "see whether other programs of this machine reach that address"
        }
    }

    static func words(_ duration: Duration) -> String {
        let milliseconds = Int64((duration / .milliseconds(1)).rounded())
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
