// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// `; did you mean 'orders'?`, or nothing.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
    closest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}
