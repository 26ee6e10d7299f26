// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// The environment of this process.
package enum ProcessEnvironment {
    /// A variable; nil where it isn't set.
    package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Those that say how to log in.
    package static var forLogin: [String: String] {
        var found: [String: String] = [:]
        for name in names { found[name] = value(name) }
        return found
    }

    private static let names = [
        "KAFKA_OPTS", "HOME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SHARED_CREDENTIALS_FILE",
    ]
}
