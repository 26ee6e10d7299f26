// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaText

/// `/healthz`: the process is alive. `/readyz`: the broker can serve. For those who start and watch it, without a login;
/// in text, or in JSON for who asks for that.
struct HealthPages: Sendable {
    let broker: Broker

    func add(to router: inout HTTPRouter) {
        for path in ["/healthz", "/livez"] {
            router.add(.get, path, access: .open) { request in answer([], isAlive: true, request) }
        }
        router.add(.get, "/readyz", access: .open) { [broker] request in answer(broker.checks, request) }
    }
}

private func answer(_ checks: [Broker.Check], isAlive: Bool = false, _ request: HTTPRequest) -> HTTPResponse {
    let isReady = checks.allSatisfy { $0.problem == nil }
    let status = isReady ? 200 : 503
    guard request.preferredType(["text/plain", "application/json"]) == "application/json" else {
        let lines = checks.map { check in "\(check.name): \(check.problem ?? "ok")" }
        return .text(((isReady ? ["ok"] : ["not ready"]) + lines).joined(separator: "\n") + "\n", status: status)
    }
    return .json(
        .members([
            "status": .string(isAlive ? "alive" : isReady ? "ready" : "not ready"),
            "checks": .array(
                checks.map { check in
                    .members([
                        "name": .string(check.name), "ok": .bool(check.problem == nil),
                        "problem": .optional(check.problem),
                    ])
                }),
        ]), status: status)
}
