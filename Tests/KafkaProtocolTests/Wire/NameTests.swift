// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Names of APIs and errors")
struct NameTests {
    @Test("Errors have Kafka's numbers and names, and are retriable where Kafka's are")
    func errors() throws {
        let lines = try Golden.text("protocol/errors.txt").split(separator: "\n")
        #expect(lines.count > 130)
        for line in lines {
            let words = line.split(separator: " ")
            let code = ErrorCode(rawValue: try #require(Int16(words[0])))
            #expect(code.description == words[1])
            #expect(code.isRetriable == (words[2] == "retriable"), "\(code)")
        }
    }

    @Test("Error constants declared in the sources have the numbers of their names")
    func errorConstants() throws {
        let constants = try Self.constants("ErrorCode")
        #expect(constants.count == (try Golden.text("protocol/errors.txt").split(separator: "\n").count))
        for (name, number) in constants {
            let description = ErrorCode(rawValue: number).description.lowercased().filter { $0 != "_" }
            #expect(description == name.lowercased())
        }
    }

    @Test("API constants declared in the sources have the numbers of their names, and all requests have one")
    func apiConstants() throws {
        let constants = try Self.constants("APIKey")
        for (name, number) in constants {
            #expect(APIKey(rawValue: number).description.lowercased() == name.lowercased())
        }
        let requests = try Schema.all().values.filter { $0.name.hasSuffix("Request") }
        #expect(Set(requests.map(\.key)) == Set(constants.map(\.number)))
        for request in requests {
            #expect(APIKey(rawValue: try #require(request.key)).description + "Request" == request.name)
        }
    }

    @Test("Unknown numbers survive, and are shown as numbers")
    func unknown() {
        #expect(ErrorCode(rawValue: 9999).description == "9999")
        #expect(ErrorCode(rawValue: 9999).rawValue == 9999)
        #expect(!ErrorCode(rawValue: 9999).isRetriable)
        #expect(APIKey(rawValue: -3).description == "-3")
        #expect(APIKey(rawValue: 4).description == "4")
    }

    /// `public static let name = Type(rawValue: number)` in the type's file.
    private static func constants(_ type: String) throws -> [(name: String, number: Int16)] {
        let lines = try Golden.source("Sources/KafkaProtocol/Wire/\(type).swift").split(separator: "\n")
        return try lines.filter { $0.contains(" = \(type)(rawValue: ") }.map { line in
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
            return (String(words[3]), try #require(Int16(words[words.count - 1])))
        }
    }
}
