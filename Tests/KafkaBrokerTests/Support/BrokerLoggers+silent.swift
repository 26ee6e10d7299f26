// SPDX-License-Identifier: Apache-2.0

import Logging

@testable import KafkaBroker

extension BrokerLoggers {
    static var silent: BrokerLoggers { BrokerLoggers(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) }
}
