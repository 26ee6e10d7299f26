// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("JAAS configurations")
struct JAASTests {
    @Test(
        "Options are read as Java reads them, and numbers and slashes as people mean them",
        arguments: [
            (#"a.b.C required user="x" password='y z';"#, ["user": "x", "password": "y z"]),
            ("C required password=123456;", ["password": "123456"]),
            ("C required password=ab/cd+e==;", ["password": "ab/cd+e=="]),
            ("C required password=//x ;", ["password": "//x"]),
            (#"C REQUIRED p="a\"b\\c\n\101\12";"#, ["p": "a\"b\\c\nA\n"]),
            ("C optional // comment\n a=b /* more */ c=d;", ["a": "b", "c": "d"]),
            ("C required;", [:]), ("C\n\trequired\n;\n", [:]), ("C required a = b ;", ["a": "b"]),
            (#"C required user_a="1" user_b-c_$="2";"#, ["user_a": "1", "user_b-c_$": "2"]),
            (##"C required p="#;{}";"##, ["p": "#;{}"]), ("C required p=a#b;", ["p": "a#b"]),
            ("C required p=\"\";", ["p": ""]),
        ])
    func options(_ text: String, _ options: [String: String]) throws {
        #expect(try JAASModule(text).options == options)
    }

    @Test(
        "What is wrong is said in Kafka's words, without what may be a password",
        arguments: [
            ("", "Login module not specified in JAAS config"),
            (" ; ", "Login module not specified in JAAS config"),
            ("C", "Control flag not specified"),
            ("C needed;", "Invalid login module control flag 'needed' in JAAS config"),
            ("C required a=b", "JAAS config entry not terminated by semi-colon"),
            ("C required a;", "Value not specified for key 'a' in JAAS config"),
            ("C required a=;", "Value not specified for key 'a' in JAAS config"),
            ("C required; D required;", "JAAS config property contains 2 login modules, should be 1 module"),
            ("C required p=\"secret;", "has no end"), ("/* C required;", "has no end"),
            ("C required p=x \"secret\";", "no key=value"), ("KafkaClient { C required; };", "Control flag not specified"),
        ])
    func mistakes(_ text: String, _ words: String) {
        let error = #expect(throws: SecurityError.self) { try JAASModule(text) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("secret") == false)
    }

    @Test("A file has sections, of which each has modules")
    func file() throws {
        let file = try JAASFile(
            parsing: """
                // of a guide
                KafkaServer { a.Plain required user_x="1"; b.Scram required; };
                KafkaClient {
                    c.Plain required
                    username="u" password=2;
                };
                """)
        #expect(file.sections.keys.sorted() == ["KafkaClient", "KafkaServer"])
        #expect(file.module(of: "KafkaServer", preferring: "Scram")?.className == "b.Scram")
        #expect(file.module(of: "KafkaServer", preferring: nil)?.className == "a.Plain")
        #expect(file.module(of: "KafkaClient", preferring: "Other")?["password"] == "2")
        for text in ["KafkaClient", "KafkaClient { C required", "KafkaClient { C required; } ; }", "{"] {
            #expect(throws: SecurityError.self, "\(text)") { try JAASFile(parsing: text) }
        }
    }
}
