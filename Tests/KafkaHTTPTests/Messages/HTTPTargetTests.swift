// SPDX-License-Identifier: Apache-2.0

import KafkaText
import Testing

@testable import KafkaHTTP

@Suite("Addresses of requests")
struct HTTPTargetTests {
    @Test(
        "The pieces of a path are decoded once, and a slash in one stays in it",
        arguments: [
            ("/", []), ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b"]), ("/a%2Fb", ["a/b"]), ("/%2541", ["%41"]),
            ("/a//b", ["a", "", "b"]), ("/../etc/passwd", ["..", "etc", "passwd"]), ("/%2e%2e/x", ["..", "x"]),
            ("/a+b", ["a+b"]), ("/%C3%A9", ["é"]), ("/a#b", ["a"]), ("http://localhost:1/a", ["a"]), ("http://h", []),
        ])
    func pieces(text: String, pieces: [String]) { #expect(HTTPTarget(text)?.pieces == pieces) }

    @Test(
        "What can't be decoded is no address",
        arguments: ["", "a", "/%", "/%4", "/%zz", "/%ff", "/%00", "/a?b=%", "/a?%00=b", "*", "ftp://h/", "http:///a"])
    func refused(text: String) { #expect(HTTPTarget(text) == nil) }

    @Test("A query has names and values in order, and a plus is a space there")
    func query() throws {
        let query = try #require(HTTPTarget("/p?a=1&b=x+y%2Bz&a=2&c&=d&e=f=g")).query
        #expect(query["a"] == "2")
        #expect(query.all("a") == ["1", "2"])
        #expect(query["b"] == "x y+z")
        #expect(query["c"] == "")
        #expect(query["e"] == "f=g")
        #expect(query["f"] == nil)
    }

    @Test("Whatever is encoded is decoded to itself")
    func roundTrip() {
        for text in ["", "a b", "ä/%?&=+#", "\"<>\\\n", "..", "日本"] {
            #expect(PercentCoding.decode(PercentCoding.encode(text)) == text)
        }
    }

    @Test("The type is given that the client likes best")
    func accept() throws {
        func preferred(_ accept: [String], _ types: [String]) throws -> String {
            HTTPRequest(
                target: try #require(HTTPTarget("/")), headers: HTTPFields(accept.map { ("Accept", $0) })
            ).preferredType(types)
        }
        let types = ["text/plain", "application/json"]
        #expect(try preferred([], types) == "text/plain")
        #expect(try preferred(["*/*"], types) == "text/plain")
        #expect(try preferred(["application/json"], types) == "application/json")
        #expect(try preferred(["text/*;q=0.5, application/json"], types) == "application/json")
        #expect(try preferred(["image/png"], types) == "text/plain")
        #expect(try preferred(["text/plain;q=0, */*"], types) == "application/json")
        // What Prometheus sends.
        let prometheus =
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;"
            + "version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        let formats = ["text/plain", "application/openmetrics-text"]
        #expect(try preferred([prometheus], formats) == "application/openmetrics-text")
        #expect(try preferred(["text/plain;version=0.0.4;q=1,*/*;q=0.1"], formats) == "text/plain")
    }
}

@Suite("What a client takes")
struct HTTPAcceptanceTests {
    @Test(
        "A body is compressed for who says that it may be",
        arguments: [
            (nil, false), ("gzip", true), ("deflate, GZIP;q=0.5", true), ("*", true), ("gzip;q=0, *", false),
            ("identity", false), ("", false), ("gzip; q=0", false), ("gzip;q=x", false), (";;,", false),
        ] as [(String?, Bool)])
    func gzip(header: String?, takes: Bool) throws {
        let fields = HTTPFields(header.map { [("Accept-Encoding", $0)] } ?? [])
        #expect(HTTPRequest(target: try #require(HTTPTarget("/")), headers: fields).takesGzip == takes)
    }
}
