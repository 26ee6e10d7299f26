// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Rules for principals of certificates")
struct PrincipalMappingTests {
    private func name(_ rules: String, _ subject: String) throws -> String? {
        try PrincipalMapping(rules).name(subject)
    }

    @Test("The first rule that matches all of the subject counts, in the manner of Java's")
    func rules() throws {
        let rules = """
            RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/, RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L,
            RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/U,DEFAULT
            """
        #expect(try name(rules, "CN=kafka-admin,OU=ServiceUsers,O=Org,C=DE") == "kafka-admin")
        #expect(try name(rules, "CN=Admin,OU=Org Unit,O=o,L=l,ST=s,C=c") == "admin@org unit")
        #expect(try name(rules, "OU=x,cn=Some.One,O=o") == "SOME.ONE")
        #expect(try name(rules, "UID=u") == "UID=u")
        #expect(try name("RULE:^CN=(.*)$/$1/", "UID=u") == nil)
        #expect(try name("", "CN=a") == "CN=a")
        #expect(try name("DEFAULT", "CN=a,O=b") == "CN=a,O=b")
    }

    @Test("Groups that aren't there stay as they are written, and slashes can be meant")
    func replacements() throws {
        #expect(try name("RULE:CN=(.*)/$2-$1/", "CN=a") == "$2-a")
        #expect(try name("RULE:CN=(.*)/x$10/", "CN=a") == "xa0")
        #expect(try name("RULE:CN=a\\/(.*)/$1/", "CN=a/b") == "b")
        #expect(try name("RULE:CN=(a)|CN=(b)/<$1$2>/", "CN=b") == "<b>")
        #expect(try name("RULE:(x)*(CN=.*)/$1$2/", "CN=b") == "CN=b")
    }

    @Test(
        "Rules that make no sense are refused",
        arguments: ["RULE:x", "RULE:x/y", "rule:a/b/", "DEFAULT DEFAULT", "RULE:(/x/", "RULE:a/b/X"])
    func refused(_ text: String) {
        #expect(throws: SecurityError.self) { try PrincipalMapping(text) }
    }

    @Test("A pattern that would take others for ever is done at once")
    func linear() throws {
        let subject = "CN=" + String(repeating: "a", count: 5000)
        #expect(try name("RULE:CN=(a|aa)*(a|aa)*(a*)*b/$1/,DEFAULT", subject) == subject)
    }
}
