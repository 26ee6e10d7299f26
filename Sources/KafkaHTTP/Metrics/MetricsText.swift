// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

/// Prometheus' text format 0.0.4, or OpenMetrics 1.0, written without a String for each series.
struct MetricsText: ~Copyable {
    enum Format: Sendable {
        case prometheus
        case openMetrics

        var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    enum Kind {
        /// Its samples end in `_total`.
        case counter
        case gauge
        /// With quantiles, and samples that end in `_count` and `_sum`.
        case summary
    }

    /// Labels as they stand between the braces, escaped: made once for all series that have them.
    struct Labels: Sendable {
        fileprivate var bytes: [UInt8] = []

        static let none = Labels()

        init() {}

        init(_ name: StaticString, _ value: String) { self = Labels().and(name, value) }

        func and(_ name: StaticString, _ value: String) -> Labels {
            var labels = self
            if !labels.bytes.isEmpty { labels.bytes.append(UInt8(ascii: ",")) }
            labels.bytes += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            labels.bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
            for byte in Self.bounded(value).utf8 {
                switch byte {
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): labels.bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\n"): labels.bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
                default: labels.bytes.append(byte)
                }
            }
            labels.bytes.append(UInt8(ascii: "\""))
            return labels
        }

        private static let longest = 256

        /// What clients call themselves may be long: of that the beginning, and a number that tells it from others that
        /// begin alike.
        private static func bounded(_ value: String) -> String {
            guard value.utf8.count > longest else { return value }
            // FNV-1a.
            let hash = value.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
            let end = value.utf8.index(value.startIndex, offsetBy: longest)
            return String(
                value[..<(end.samePosition(in: value) ?? value.index(value.startIndex, offsetBy: longest / 4))])
                + "…" + String(hash, radix: 16)
        }
    }

    private var out: TextBuffer
    let format: Format
    let dialect: MetricsDialect
    private var name: StaticString = ""
    private var kind = Kind.gauge
    /// A counter whose samples don't end in `_total`.
    private var isBare = false

    init(_ format: Format, _ dialect: MetricsDialect = .strimzi) {
        self.format = format
        self.dialect = dialect
        out = TextBuffer(capacity: 1 << 16)
    }

    /// Begins the samples of a name.
    /// - Parameter name: of a counter without `_total`.
    mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        let other = dialect.name(of: name)
        (self.name, self.kind, isBare) = (other ?? name, kind, other != nil)
        for (word, isHelp) in [("# HELP " as StaticString, true), ("# TYPE ", false)] {
            out.append(word)
            out.append(self.name)
            // The older format names a counter's family as its samples.
            if kind == .counter, format == .prometheus, !isBare { out.append("_total") }
            out.append(UInt8(ascii: " "))
            if isHelp {
                out.append(help)
            } else {
                switch kind {
                case .counter: out.append("counter")
                case .gauge: out.append("gauge")
                case .summary: out.append("summary")
                }
            }
            out.append(UInt8(ascii: "\n"))
        }
    }

    // MARK: Samples

    mutating func sample(_ labels: Labels = .none, _ value: Int64) {
        begin(labels)
        out.append(value)
        out.append(UInt8(ascii: "\n"))
    }

    mutating func sample(_ labels: Labels = .none, _ value: Int) { sample(labels, Int64(value)) }

    mutating func sample(_ labels: Labels = .none, _ value: UInt64) { sample(labels, Int64(clamping: value)) }

    mutating func sample(_ labels: Labels = .none, _ value: Double) {
        begin(labels)
        end(value)
    }

    /// Of a partition.
    mutating func sample(_ labels: Labels, partition: Int, _ value: Int64) {
        begin(labels, partition: partition)
        out.append(value)
        out.append(UInt8(ascii: "\n"))
    }

    /// In seconds, of milliseconds.
    mutating func sample(_ labels: Labels, partition: Int? = nil, seconds milliseconds: Int64) {
        begin(labels, partition: partition)
        out.append(milliseconds / 1000)
        let rest = milliseconds % 1000
        out.append(UInt8(ascii: "."))
        if rest < 100 { out.append(UInt8(ascii: "0")) }
        if rest < 10 { out.append(UInt8(ascii: "0")) }
        out.append(rest)
        out.append(UInt8(ascii: "\n"))
    }

    /// A quantile of a summary.
    mutating func sample(_ labels: Labels, quantile: String, _ value: Double) {
        begin(labels.and("quantile", quantile))
        end(value)
    }

    /// How many a summary has, and their sum.
    mutating func sums(_ labels: Labels, count: UInt64, sum: Double) {
        begin(labels, suffix: "_sum")
        end(sum)
        begin(labels, suffix: "_count")
        out.append(Int64(clamping: count))
        out.append(UInt8(ascii: "\n"))
    }

    private mutating func begin(_ labels: Labels, partition: Int? = nil, suffix: StaticString? = nil) {
        out.append(name)
        if let suffix { out.append(suffix) } else if kind == .counter, !isBare { out.append("_total") }
        if partition != nil || !labels.bytes.isEmpty {
            out.append(UInt8(ascii: "{"))
            labels.bytes.withUnsafeBytes { out.append($0) }
            if let partition {
                if !labels.bytes.isEmpty { out.append(UInt8(ascii: ",")) }
                out.append("partition=\"")
                out.append(Int64(partition))
                out.append(UInt8(ascii: "\""))
            }
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: " "))
    }

    private mutating func end(_ value: Double) {
        out.append(text: value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)")
        out.append(UInt8(ascii: "\n"))
    }

    /// All of it.
    consuming func finish() -> [UInt8] {
        if format == .openMetrics { out.append("# EOF\n") }
        return out.bytes
    }
}
