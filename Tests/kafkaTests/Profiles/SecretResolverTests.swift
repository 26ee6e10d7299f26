// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("A reference to a secret")
struct SecretResolverTests {
    func resolver(_ variables: [String: String] = [:], _ properties: String = "", asks: Bool = true) -> SecretResolver {
        SecretResolver(Environment(variables: variables), Properties(parsing: properties), asks: asks)
    }

    @Test("is told apart from text that looks like one")
    func parts() {
        func texts(_ value: String) -> [String] {
            SecretReference.parts(value).compactMap { part in
                if case .reference(let reference) = part { reference.text } else { nil }
            }
        }
        #expect(texts("a${env:X}b${file:/p:k}") == ["${env:X}", "${file:/p:k}"])
        #expect(texts("${X} $${ ${other:X} ${env} ${env:X") == [])
        #expect(texts("${command:echo ${X}}") == ["${command:echo ${X}}"])
    }

    @Test("leads to a variable, a file, a line of a file, a file of a directory, or what a command prints")
    func kinds() throws {
        let secret = TemporaryFile("two words\n\n")
        let table = TemporaryFile("user=alice\npassword=a\\u0062c\n")
        let resolver = resolver(["X": "x", "EMPTY": ""])
        #expect(try resolver.resolve("<${env:X}${env::X}>", of: "p") == "<xx>")
        #expect(try resolver.resolve("${env:EMPTY}", of: "p") == "")
        #expect(try resolver.resolve("${file:\(secret.path)}", of: "p") == "two words")
        #expect(try resolver.resolve("${file:\(table.path):password}", of: "p") == "abc")
        let slash = table.path.lastIndex(of: "/")!
        let (directory, name) = (table.path[..<slash], table.path[slash...].dropFirst())
        #expect(try resolver.resolve("${directory:\(directory):\(name)}", of: "p").hasPrefix("user=alice"))
        #expect(try resolver.resolve("${command:printf 'a\\nb\\n'; cat}", of: "p") == "a\nb")
        #expect(try resolver.resolve("no reference, ${not:one}", of: "p") == "no reference, ${not:one}")
    }

    @Test("goes by other words where the providers have such")
    func providers() throws {
        let providers = """
            config.providers=mine,other
            config.providers.mine.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
            config.providers.other.class=com.example.Vault
            """
        #expect(try resolver(["X": "x"], providers).resolve("${mine:X}${other:X}", of: "p") == "x${other:X}")
    }

    @Test(
        "that leads nowhere is named, with its property and the reason",
        arguments: [
            ("${env:NONE}", "the variable is not set"), ("${file:/no/such}", "/no/such"),
            ("${file:/dev/null:key}", "no 'key'"), ("${directory:/tmp:../x}", "file's name"),
            ("${command:exit 3}", "status 3"), ("${command:true}", "printed nothing"),
            ("${command:kill -9 $$}", "signal 9"),
        ])
    func nowhere(reference: String, reason: String) {
        do {
            _ = try resolver().resolve(reference, of: "sasl.password")
            Issue.record("resolved")
        } catch {
            let text = "\(error)"
            #expect(text.contains(reference) && text.contains("sasl.password") && text.contains(reason), "\(text)")
        }
    }

    @Test("runs no command and asks nobody while a line is completed")
    func completion() {
        #expect(throws: CommandError.self) { try resolver(asks: false).resolve("${command:echo x}", of: "p") }
        #expect(throws: CommandError.self) { try resolver(asks: false).resolve("-", of: "sasl.password") }
    }

    @Test("never shows what it leads to, even where that is refused")
    func hidden() async {
        for property in ["security.protocol=${env:X}", "request.timeout.ms=${env:X}"] {
            let run = await CommandRun(
                ["topics", "--list", "--command-property", property, "-b", "127.0.0.1:1"],
                variables: ["X": "hunter2"])
            #expect(run.refusal?.contains("${env:X}") == true, "\(run)")
            #expect(!run.error.contains("hunter2"))
        }
    }

    @Test(
        "is the better way, but no secret of the command line is repeated in an error",
        arguments: [
            "configs --alter --user u --add-config SCRAM-SHA-256=password=hunter2",
            "configs --alter --user u --add-config SCRAM-SHA-256=[hunter2]",
            "configs --alter --user u --add-config SCRAM-SHA-256=[iterations=1,password=hunter2]",
            "configs --alter --topic t --add-config sasl.password=hunter2=",
            "topics --list --command-property sasl.password:hunter2",
            "delegation-tokens --renew --renew-time-period 1 --hmac hunter2",
            "storage format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} --add-scram password:hunter2",
            "storage format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} --add-scram SCRAM-SHA-256=[name=a,password=x,hunter2]",
            "storage format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} --add-scram "
                + "SCRAM-SHA-256=[name=a,salt=YQ==,saltedpassword=hunter2]",
        ])
    func refused(line: String) async throws {
        try await OptionSamples.withFiles { files in
            let run = await CommandRun(OptionSamples.words(line, files))
            #expect(run.status == 1 && !run.error.contains("hunter2") && !run.output.contains("hunter2"), "\(run)")
        }
    }

    @Test("of a command stands in no file but that of named clusters")
    func commands() async {
        let file = TemporaryFile("sasl.password=${command:echo x}\n")
        let run = await CommandRun(["topics", "--list", "--command-config", file.path])
        #expect(run.refusal?.contains("may name commands") == true, "\(run)")
    }

    @Test("is the only form in which a file that others read may hold a secret without a warning")
    func exposure() {
        func exposure(_ name: String, _ value: String, _ path: String) -> String? {
            SecretProperty.exposure(of: path, [Properties.Entry(name: name, value: value)])
        }
        // Everybody reads it.
        #expect(exposure("sasl.password", "x", "/etc/passwd")?.contains("chmod 600") == true)
        #expect(exposure("sasl.password", "${env:X}", "/etc/passwd") == nil)
        #expect(exposure("client.id", "x", "/etc/passwd") == nil)
        #expect(exposure("sasl.jaas.config", "Krb5LoginModule required useTicketCache=true;", "/etc/passwd") == nil)
        #expect(exposure("sasl.jaas.config", "M required password=x;", "/etc/passwd") != nil)
        // mkstemp makes a file that its owner alone reads.
        #expect(exposure("sasl.password", "x", TemporaryFile("").path) == nil)
    }
}
