// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Testing

@testable import kafka

@Suite("A service manager")
struct ServiceManagerTests {
    @Test("is told of a start's progress once for each, and by that waits longer")
    func progress() {
        let progress = StartProgress()
        #expect(ServiceManager.news(of: progress, since: -1)?.last == "STATUS=opening logs: 0 of 0 partitions")
        #expect(ServiceManager.news(of: progress, since: 0) == nil)
        progress.begin(3)
        progress.opened()
        #expect(
            ServiceManager.news(of: progress, since: 0)
                == ["EXTEND_TIMEOUT_USEC=300000000", "STATUS=opening logs: 1 of 3 partitions"])
        #expect(ServiceManager.news(of: progress, since: 1) == nil)
    }

    @Test(
        "that the environment doesn't name is none",
        arguments: ["", "@", "vsock:2:1", "notify", String(repeating: "/", count: 108)])
    func names(name: String) throws {
        #expect(NotifySocket(name) == nil)
        let service = try ServiceEnvironment.take(Environment(variables: ["NOTIFY_SOCKET": name]))
        #expect(
            service.notifySocket == nil && service.watchdog == nil && service.sockets.isEmpty && !service.hasJournal)
    }

    @Test(
        "may leave the watchdog out, or mean another process",
        arguments: [
            (["WATCHDOG_USEC": "250"], Duration.microseconds(250)),
            (["WATCHDOG_USEC": "250", "WATCHDOG_PID": "7"], .microseconds(250)),
            (["WATCHDOG_USEC": "250", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "99999999999999999999"], nil), (["WATCHDOG_USEC": "-1"], nil),
        ])
    func watchdog(variables: [String: String], interval: Duration?) throws {
        #expect(try ServiceEnvironment.take(Environment(variables: variables), process: 7).watchdog == interval)
    }

    @Test("that names sockets which aren't there is an error", arguments: ["2147483647", "1000000"])
    func missingSockets(count: String) {
        let variables = ["LISTEN_PID": "7", "LISTEN_FDS": count]
        // The test process has fewer files open.
        #expect(throws: (any Error).self) {
            try ServiceEnvironment.take(Environment(variables: variables), process: 7)
        }
    }
}
