// SPDX-License-Identifier: Apache-2.0

import KafkaHTTP
import KafkaText
import NIOCore

extension HTTPRequest {
    /// The value of a parameter; nil for none and for an empty one.
    func parameter(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A parameter that is a number in a range.
    func number<Number: FixedWidthInteger>(_ name: String, in range: ClosedRange<Number>) throws(HTTPProblem) -> Number?
    {
        guard let text = parameter(name) else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw .badRequest("\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// Whether a browser wants to show the answer, rather than a program read it.
    var wantsPage: Bool { preferredType(["application/json", "text/html"]) == "text/html" }

    /// The body as an object of JSON.
    func object() throws(HTTPProblem) -> JSON {
        do throws(JSON.ParseError) {
            let value = try JSON.parse(Array(body.readableBytesView))
            if case .object = value { return value }
        } catch {
            throw .badRequest("the body is no JSON: \(error)")
        }
        throw .badRequest("the body must be an object of JSON")
    }
}

extension HTTPProblem {
    static func badRequest(_ message: String) -> HTTPProblem { HTTPProblem(400, message) }
    static func forbidden(_ message: String) -> HTTPProblem { HTTPProblem(403, message) }
    static func notFound(_ message: String) -> HTTPProblem { HTTPProblem(404, message) }
}

extension JSON {
    /// A member that must be a text, if it is there and not null.
    func text(_ name: String) throws(HTTPProblem) -> String? {
        switch self[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw .badRequest("\(name) must be a text")
        }
    }

    /// A member that must be a whole number of that range, if it is there and not null.
    func number<Number: FixedWidthInteger>(_ name: String, in range: ClosedRange<Number>) throws(HTTPProblem) -> Number?
    {
        switch self[name] {
        case nil, .null?: return nil
        case .integer(let value)?:
            if let number = Number(exactly: value), range.contains(number) { return number }
        default: break
        }
        throw .badRequest("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
}
