// SPDX-License-Identifier: Apache-2.0

/// A regular expression as a tree.
indirect enum PatternNode {
    case empty
    case set(ScalarSet)
    case assertion(Assertion)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// - `maximum`: nil for any number.
    case repetition(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool)
    /// What parentheses enclose, which are counted from 1 on.
    case group(PatternNode, number: Int)

    enum Assertion: Sendable, Equatable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    /// Instructions that a program needs for it, at most; repetitions are written out.
    var size: Int {
        switch self {
        case .empty: 0
        case .set(let set): set.size
        case .assertion: 1
        case .group(let node, _): node.size
        case .sequence(let nodes): nodes.reduce(0) { $0 + $1.size }  // bounded: by the parser
        case .alternatives(let nodes): nodes.reduce(nodes.count - 1) { $0 + $1.size }  // bounded: by the parser
        case .repetition(let node, let minimum, let maximum, _):
            if let maximum {
                minimum * node.size + (maximum - minimum) * (node.size + 1)  // bounded: by the parser
            } else {
                max(1, minimum) * node.size + 1  // bounded: by the parser
            }
        }
    }

    /// The only text that matches, if there is no other.
    var literal: [UInt8]? {
        let prefix = literalPrefix
        return prefix.isWhole ? prefix.bytes : nil
    }

    /// What every match begins with, and whether that is all.
    var literalPrefix: (bytes: [UInt8], isWhole: Bool) {
        switch self {
        case .empty: return ([], true)
        case .set(let set):
            guard let scalar = set.only else { return ([], false) }
            return (Array(String(scalar).utf8), true)
        case .sequence(let nodes):
            var bytes: [UInt8] = []
            for node in nodes {
                let next = node.literalPrefix
                bytes += next.bytes
                if !next.isWhole { return (bytes, false) }
            }
            return (bytes, true)
        case .group(let node, _): return node.literalPrefix
        case .repetition(let node, let minimum, _, _) where minimum > 0: return (node.literalPrefix.bytes, false)
        case .assertion, .alternatives, .repetition: return ([], false)
        }
    }
}
