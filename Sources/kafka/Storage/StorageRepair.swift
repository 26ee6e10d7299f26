// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaLog

/// `kafka storage check` and `kafka storage repair`
struct StorageRepair {
    private let directory: String
    private let acceptsLoss: Bool
    private let clusterID: String?

    init(_ arguments: Arguments, _ target: StorageTarget) {
        directory = target.metadataDirectory
        acceptsLoss = arguments.flag("accept-loss")
        clusterID = arguments.string("cluster-id")
    }

    func check(_ context: Context) throws {
        try withFindings { check in
            for finding in check.findings {
                context.out.line(finding.problem)
                context.out.line("  after a repair\(finding.isLoss ? " with --accept-loss" : ""): \(finding.remedy)")
            }
            if check.findings.isEmpty {
                context.out.line("No damage found in the metadata of \(directory).")
            } else {
                context.fail()
            }
        }
    }

    func repair(_ context: Context) throws {
        try withFindings { check in
            if check.findings.isEmpty { return context.out.line("No damage found in the metadata of \(directory).") }
            let losses = check.findings.filter(\.isLoss)
            guard losses.isEmpty || acceptsLoss else {
                throw CommandError(
                    "\(losses[0].problem); after a repair \(losses[0].remedy)"
                        + (losses.count > 1 ? ", and \(losses.count - 1) more such" : "")
                        + ". Nothing was changed: --accept-loss does it, kafka storage check shows all.")
            }
            for line in try check.repair(clusterID: clusterID) { context.out.line(line) }
        }
    }

    /// With the directory locked, so that no broker changes it meanwhile.
    private func withFindings(_ body: (StorageCheck) throws -> Void) throws {
        guard try FileText.kind(of: directory) == .directory else {
            throw CommandError("\(directory) is no directory")
        }
        do {
            let logs = try LogDirectory.open(directory)
            defer { logs.close() }
            try body(try StorageCheck(logs))
        } catch let error as LogError {
            throw CommandError(error.message)
        }
    }
}
