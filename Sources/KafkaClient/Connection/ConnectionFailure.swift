// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity

/// Why a connection is of no use any more, in plain words.
extension ClientError {
    static func notOpen(_ address: BrokerAddress) -> ClientError {
        ClientError(.connection, "connection to \(address) is not open")
    }

    static func lost(_ address: BrokerAddress, _ error: any Error) -> ClientError {
        if let failure = error as? TLSFailure {
            let kind: Kind =
                switch failure.kind {
                case .refused: .encryption
                case .noTLS: .plaintextExpected
                case .lost: .connection
                }
            return ClientError(kind, "\(address): \(failure)")
        }
        return ClientError(.connection, "connection to \(address) failed: \(ConnectFailure.reason(of: error))")
    }

    static func closedByPeer(_ address: BrokerAddress, hasAnswered: Bool, hasServed: Bool = true) -> ClientError {
        guard hasAnswered else {
            return ClientError(
                .connection,
                "\(address) closed the connection without an answer; if the listener expects TLS or a login, set "
                    + "security.protocol")
        }
        guard hasServed else {
            return ClientError(
                .connection,
                "broker \(address) closed the connection at the first request (if the listener expects a login, set "
                    + "security.protocol=SASL_PLAINTEXT or SASL_SSL)")
        }
        return ClientError(.connection, "broker \(address) closed the connection")
    }

    /// An answer that belongs to no request.
    static func notKafka<Completion>(
        _ address: BrokerAddress, _ failure: PendingRequests<Completion>.Failure
    ) -> ClientError {
        let what =
            switch failure {
            case .mismatch(let expected, let got, let key): "\(key) \(expected) was answered as request \(got)"
            case .unexpected: "it talks unasked"
            }
        return ClientError(.invalidResponse, "\(address) does not speak Kafka's protocol (\(what))")
    }

    /// Bytes that are no answer.
    static func unreadable(_ address: BrokerAddress, _ error: any Error) -> ClientError {
        switch error {
        case FrameReader.Failure.tls:
            ClientError(.tlsExpected, "the listener at \(address) speaks TLS; set security.protocol=SSL or SASL_SSL")
        case FrameReader.Failure.http:
            ClientError(.invalidResponse, "\(address) is a web server (it answers in HTTP), not a Kafka broker")
        case FrameReader.Failure.absurdLength(let length):
            ClientError(
                .invalidResponse,
                "\(address) does not speak Kafka's protocol (it announces an answer of \(length) bytes)")
        default:
            ClientError(.invalidResponse, "\(address) sent an answer that can't be read: \(error)")
        }
    }
}
