// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1

/// Structures of key files are read a part at a time; what has another shape is `Malformed`.
extension ASN1Node {
    struct Malformed: Error {}

    /// The elements of a sequence, or what an explicit tag wraps.
    var elements: [ASN1Node] {
        get throws {
            guard case .constructed(let nodes) = content else { throw Malformed() }
            return Array(nodes)
        }
    }

    func element(_ index: Int) throws -> ASN1Node {
        let elements = try elements
        guard elements.indices.contains(index) else { throw Malformed() }
        return elements[index]
    }

    /// What an octet string holds, whole or in pieces, under whatever tag.
    var octets: [UInt8] {
        get throws {
            switch content {
            case .primitive(let bytes): Array(bytes)
            case .constructed(let nodes): try nodes.flatMap { try $0.octets }
            }
        }
    }

    var oid: ASN1ObjectIdentifier { get throws { try ASN1ObjectIdentifier(berEncoded: self) } }
    var integer: Int { get throws { try Int(berEncoded: self) } }
}

extension DER.Serializer {
    mutating func octets(_ bytes: some Sequence<UInt8>) {
        appendPrimitiveNode(identifier: .octetString) { $0.append(contentsOf: bytes) }
    }

    mutating func sequence(_ content: (inout DER.Serializer) throws -> Void) rethrows {
        try appendConstructedNode(identifier: .sequence, content)
    }

    /// `[0]`, explicit.
    mutating func tagged(_ content: (inout DER.Serializer) throws -> Void) rethrows {
        try appendConstructedNode(identifier: ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific), content)
    }
}
