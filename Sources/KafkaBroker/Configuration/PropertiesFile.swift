// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import SystemPackage

/// Java's `.properties` format.
package enum PropertiesFile {
    package typealias Property = (name: String, value: String)

    package static func read(_ path: String) throws(ConfigurationError) -> [Property] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            defer { try? file.close() }
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { break }
                bytes.append(contentsOf: block[..<count])
            }
            return try parse(String(decoding: bytes, as: UTF8.self))
        } catch let error as ConfigurationError {
            throw ConfigurationError(.invalidConfig, "\(path): \(error.message)")
        } catch let error as Errno {
            throw ConfigurationError(.invalidConfig, "\(path) can't be read: \(error)")
        } catch {
            throw ConfigurationError(.invalidConfig, "\(path) can't be read: \(error)")
        }
    }

    /// The properties in the order of the file; a name may come twice, the later one is meant.
    package static func parse(_ text: String) throws(ConfigurationError) -> [Property] {
        var properties: [Property] = []
        for line in logicalLines(text) {
            var scanner = Scanner(line)
            let name = try scanner.name()
            properties.append((name, try scanner.rest()))
        }
        return properties
    }

    /// Lines that are neither blank nor comments, with continuation lines joined.
    private static func logicalLines(_ text: String) -> [[UInt32]] {
        var lines: [[UInt32]] = []
        var current: [UInt32]? = nil
        let natural = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        for line in natural {
            let scalars = line.unicodeScalars.map(\.value).drop(while: isBlank)
            if current == nil, scalars.isEmpty || scalars.first == 0x23 || scalars.first == 0x21 { continue }
            var joined = (current ?? []) + scalars
            // A line goes on if it ends in an odd number of backslashes.
            if scalars.reversed().prefix(while: { $0 == 0x5c }).count % 2 == 1 {
                joined.removeLast()
                current = joined
            } else {
                lines.append(joined)
                current = nil
            }
        }
        if let current { lines.append(current) }
        return lines
    }

    private static func isBlank(_ scalar: UInt32) -> Bool { scalar == 0x20 || scalar == 0x09 || scalar == 0x0c }

    private struct Scanner {
        let scalars: [UInt32]
        var position = 0

        init(_ scalars: [UInt32]) { self.scalars = scalars }

        /// Up to the first separator that is not escaped; moves behind the separator and the blanks around it.
        mutating func name() throws(ConfigurationError) -> String {
            let name = try unescape { $0 == 0x3d || $0 == 0x3a || isBlank($0) }
            skipBlanks()
            if position < scalars.count, scalars[position] == 0x3d || scalars[position] == 0x3a {
                position += 1
                skipBlanks()
            }
            return name
        }

        mutating func rest() throws(ConfigurationError) -> String { try unescape { _ in false } }

        private mutating func skipBlanks() {
            while position < scalars.count, isBlank(scalars[position]) { position += 1 }
        }

        private mutating func unescape(until stop: (UInt32) -> Bool) throws(ConfigurationError) -> String {
            // UTF-16, since \u escapes may spell the halves of a surrogate pair.
            var units: [UInt16] = []
            while position < scalars.count, !stop(scalars[position]) {
                var scalar = scalars[position]
                position += 1
                if scalar == 0x5c, position < scalars.count {
                    scalar = scalars[position]
                    position += 1
                    switch scalar {
                    case 0x74: scalar = 0x09
                    case 0x6e: scalar = 0x0a
                    case 0x72: scalar = 0x0d
                    case 0x66: scalar = 0x0c
                    case 0x75:
                        units.append(try hexadecimal())
                        continue
                    default: break
                    }
                }
                units.append(contentsOf: Unicode.Scalar(scalar).map { Array($0.utf16) } ?? [])
            }
            return String(decoding: units, as: UTF16.self)
        }

        private mutating func hexadecimal() throws(ConfigurationError) -> UInt16 {
            let digits = scalars[position...].prefix(4).compactMap { Unicode.Scalar($0).map(Character.init) }
            guard digits.count == 4, let unit = UInt16(String(digits), radix: 16) else {
                throw ConfigurationError(.invalidConfig, "Malformed \\uxxxx encoding.")
            }
            position += 4
            return unit
        }
    }
}
