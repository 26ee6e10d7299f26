// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import NIOCore
import NIOPosix

/// Why a connection could not be opened, in plain words.
enum ConnectFailure {
    static func describe(_ error: any Error, _ address: BrokerAddress, _ timeout: Duration) -> ClientError {
        ClientError(.connection, "can't reach \(address): \(reason(of: error, timeout))")
    }

    static func reason(of error: any Error, _ timeout: Duration? = nil) -> String {
        switch error {
        case let error as ClientError:
            return error.message
        case let error as NIOConnectionError:
            // The first cause is what happened on the preferred address.
            if let first = error.connectionErrors.first { return reason(of: first.error, timeout) }
            return "unknown host \(error.host)"
        case SocketAddressError.unknown(let host, _):
            return "unknown host \(host)"
        case ChannelError.connectTimeout:
            return timeout.map { "no answer within \($0.inWords)" } ?? "no answer"
        case let error as IOError:
            return words(errno: error.errnoCode) ?? "\(error)"
        default:
            return "\(error)"
        }
    }

    private static func words(errno code: CInt) -> String? {
        switch code {
        case ECONNREFUSED: "connection refused; no broker listens there"
        case ETIMEDOUT: "no answer"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "the network is not reachable"
        case ECONNRESET: "connection reset"
        case EPIPE: "connection closed"
        case EMFILE: "too many open files"
        default: nil
        }
    }
}

extension Duration {
    /// As a person writes it: `3 s`, `250 ms`.
    var inWords: String {
        let milliseconds = self.milliseconds
        // What is left of three seconds is three seconds to a person.
        let seconds = milliseconds.addingSaturating(500) / 1000
        let isWhole = seconds > 0 && abs(milliseconds - seconds * 1000) <= 20
        return isWhole || milliseconds == 0 ? "\(seconds) s" : "\(milliseconds) ms"
    }

    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedSaturating(by: 1000).addingSaturating(attoseconds / 1_000_000_000_000_000)
    }

    /// For a field of the protocol.
    var milliseconds32: Int32 { Int32(clamping: milliseconds) }

    var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        // A hundred years is as good as forever, and does not overflow.
        return .nanoseconds(min(max(seconds, 0), 3_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
