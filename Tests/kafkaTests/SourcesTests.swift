// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import kafka

@Suite("The sources")
struct SourcesTests {
    @Test("use no regular expressions but those that run in linear time")
    func expressions() throws {
        let root = Repository.path("Sources")
        let files = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") }
        #expect(files.count > 300)
        for file in files {
            let text = try Data(contentsOf: URL(fileURLWithPath: root + "/" + file))
            for word in ["Regex<", "Regex(", "NSRegularExpression", "RegexBuilder", "wholeMatch(", "fnmatch("] {
                #expect(text.range(of: Data(word.utf8)) == nil, "\(file) has \(word)")
            }
        }
    }
}
