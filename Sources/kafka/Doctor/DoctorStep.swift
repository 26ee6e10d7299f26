// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// What was tried, and how it went.
struct DoctorStep: Sendable {
    enum Outcome: Sendable, Equatable {
        case passed(String)
        /// Neither good nor bad.
        case seen(String)
        /// Does no harm by itself.
        case doubtful(cause: String, cure: String)
        case failed(cause: String, cure: String)
        /// Could not be found out.
        case unknown(String)
    }

    let name: String
    /// An address, a topic, a group.
    var target: String?
    let outcome: Outcome
    let duration: Duration

    static let row = JSONRow(
        nil, "a step", ["step", "target", "status", "milliseconds", "detail", "cause", "cure"])

    func write(_ context: Context) {
        let milliseconds = duration / .milliseconds(1)
        let (status, detail, cause, cure) = parts
        if context.writesJSON {
            context.write(
                Self.row(
                    .string(name), target.map(JSON.string) ?? .null, .string(status),
                    .integer(Int64(milliseconds.rounded())), detail.map(JSON.string) ?? .null,
                    cause.map(JSON.string) ?? .null, cure.map(JSON.string) ?? .null))
        } else {
            let mark = status == "failed" ? "FAILED" : status
            let what = target.map { "\(name) \($0)" } ?? name
            let time = "\(Int(milliseconds.rounded())) ms"
            context.out.line("\(mark.padded(9))\(what)\(detail.map { ": \($0)" } ?? "") (\(time))")
            if let cause { context.out.line("         cause: \(cause)") }
            if let cure { context.out.line("         cure: \(cure)") }
        }
        context.out.flush()
    }

    private var parts: (status: String, detail: String?, cause: String?, cure: String?) {
        switch outcome {
        case .passed(let detail): ("ok", detail.isEmpty ? nil : detail, nil, nil)
        case .seen(let detail): ("info", detail, nil, nil)
        case .doubtful(let cause, let cure): ("warning", nil, cause, cure)
        case .failed(let cause, let cure): ("failed", nil, cause, cure)
        case .unknown(let detail): ("unknown", detail, nil, nil)
        }
    }
}
