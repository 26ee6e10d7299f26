// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// `kafka dump-log`
struct DumpLogCommand: Command {
    static let definition = CommandDefinition(
        name: "dump-log",
        summary: "Print and check the files of a data directory",
        options: [
            .value(
                "files", "FILES",
                "Files to print, with commas: .log, .index, .timeindex, .snapshot, .txnindex, .checkpoint",
                repeats: true, completion: .file),
            .flag("print-data-log", "Print keys and values as well"),
            .flag("deep-iteration", "Print records, not only batches"),
            .flag("skip-record-metadata", "Print only keys and values of records"),
            .flag("offsets-decoder", "Print the records of __consumer_offsets as JSON"),
            .flag("transaction-log-decoder", "Print the records of __transaction_state as JSON"),
            .flag("cluster-metadata-decoder", "Print the records of __cluster_metadata as JSON"),
            .flag("share-group-state-decoder", "Print the records of __share_group_state as JSON"),
            .flag("remote-log-metadata-decoder", "Not supported"),
            .flag("index-sanity-check", "Only check that indexes are usable"),
            .flag("verify-index-only", "Only check indexes against their log"),
            .value("max-message-size", "BYTES", "Accepted for Kafka's sake; batches may have any size"),
            .value("max-bytes", "BYTES", "Read so much of a log at most"),
            .optionalValue("key-decoder-class", "CLASS", "Kafka's decoder for keys, such as StringDecoder"),
            .optionalValue("value-decoder-class", "CLASS", "Kafka's decoder for values, such as LongDecoder"),
        ],
        subject: "files",
        examples: [
            .init("kafka dump-log 00000000000000000000.log --print-data-log", "Print the records of a segment"),
            .init("kafka dump-log --verify-index-only --files 00000000000000000000.index", "Check an index"),
        ],
        differences: [
            "A damaged file is named on standard error with the position of the damage, and the exit status is 1.",
            "Nothing is ever written, not even a missing log beside an index.",
        ])

    let files: [String]
    let printsRecords: Bool
    let decoder: RecordDecoder?
    let skipsMetadata: Bool
    let indexCheck: IndexDump.Check
    let maxBytes: Int64

    init(_ arguments: Arguments) throws {
        files = arguments.strings("files").flatMap(commaSeparated)
        if files.isEmpty { throw CommandError.missing("files") }
        if arguments.has("remote-log-metadata-decoder") {
            throw CommandError("remote-log-metadata-decoder is not supported: this broker has no tiered storage.")
        }
        decoder = try RecordDecoder(arguments)
        printsRecords = decoder != nil || arguments.flag("deep-iteration")
        skipsMetadata = arguments.flag("skip-record-metadata")
        _ = try arguments.integer("max-message-size", Int32.self)
        maxBytes = try arguments.integer("max-bytes") ?? .max
        if arguments.flag("verify-index-only"), arguments.flag("index-sanity-check") {
            throw CommandError.conflict("index-sanity-check", with: "verify-index-only")
        }
        indexCheck =
            arguments.flag("index-sanity-check") ? .sanity : arguments.flag("verify-index-only") ? .verify : .print
    }

    func run(_ context: Context) async throws {
        var gaps: [LogDump.Gaps] = []
        for file in files {
            context.out.line("Dumping \(file)")
            let name = FilePathText.name(file)
            do {
                switch name.split(separator: ".").last.map(String.init) {
                case "log", "checkpoint":
                    gaps.append(
                        try LogDump(
                            path: file, printsRecords: printsRecords, decoder: decoder, skipsMetadata: skipsMetadata,
                            maxBytes: maxBytes
                        ).run(context))
                case "index": try IndexDump(path: file, check: indexCheck).runOffsets(context)
                case "timeindex": try IndexDump(path: file, check: indexCheck).runTimes(context)
                case "snapshot": try ProducerSnapshotDump.run(file, context)
                case "txnindex": try TransactionIndexDump.run(file, context)
                default: context.fail("\(file) is no file of a data directory that can be printed")
                }
            } catch let error as CommandError {
                context.fail(error.message)
            }
        }
        for gap in gaps { gap.report(context) }
    }
}
