// SPDX-License-Identifier: Apache-2.0

/// Something that whoever waits should know; the library itself prints nothing.
public enum ClientNotice: Sendable, Hashable {
    /// The client does not get through and goes on trying: one line that says what it waits for, why, and what helps.
    case waiting(String)
    /// What was waited for, and said so, is there again.
    case recovered(String)
}
