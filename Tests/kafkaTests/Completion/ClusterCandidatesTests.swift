// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Candidates from the cluster")
struct ClusterCandidatesTests {
    func candidates(
        _ list: CandidateSource.ClusterList, _ line: String, variables: [String: String] = [:]
    ) -> ClusterCandidates {
        ClusterCandidates(
            list, words: line.split(separator: " ").map(String.init), environment: Environment(variables: variables))
    }

    @Test("The line says where the cluster is, finished or not")
    func address() {
        #expect(candidates(.topics, "kafka topics -b a:1 --topic").sources.address == "a:1")
        #expect(candidates(.topics, "kafka topics --bootstrap-server=a:1 --topic").sources.address == "a:1")
        #expect(candidates(.topics, "kafka topics --bootstrap-server").sources.address == nil)
        #expect(candidates(.topics, "kafka console-producer --broker-list a:1").sources.address == "a:1")
        #expect(candidates(.topics, "kafka topics --command-config f --topic").sources.file == "f")
    }

    @Test("Different clusters are remembered apart")
    func keys() {
        #expect(candidates(.topics, "topics -b a:1 --list") == candidates(.topics, "topics --topic x -b a:1"))
        #expect(candidates(.topics, "topics -b a:1") != candidates(.topics, "topics -b b:1"))
    }

    @Test("What a cluster does not list is known without one")
    func fixed() async throws {
        let user = candidates(.addedConfigs, "configs --alter --entity-type users --entity-name u --add-config")
        #expect(try await user.fetch().contains("SCRAM-SHA-256="))
        let client = candidates(.deletedConfigs, "configs --alter --client c --delete-config")
        #expect(try await client.fetch().contains("producer_byte_rate"))
        let defaults = candidates(.addedConfigs, "configs --alter --ip-defaults --add-config")
        #expect(try await defaults.fetch() == ["connection_creation_rate="])
        #expect(try await candidates(.entities, "configs --entity-type users --entity-name").fetch() == [])
    }

    @Test("Without a cluster nothing is printed, and soon", arguments: CandidateSource.ClusterList.allCases)
    func silence(list: CandidateSource.ClusterList) async {
        let address = "127.0.0.1:1"
        let words = ["__complete", list.rawValue, "kafka", "topics", "--bootstrap-server", address, "--help"]
        let run = await CommandRun(words)
        #expect(run.output.isEmpty && run.error.isEmpty)
    }

    @Test("Neither a bad file nor a bad word prints anything")
    func bad() async {
        for words in [["nonsense"], [], ["topics", "kafka", "topics", "--command-config", "/no/such/file"]] {
            let run = await CommandRun(["__complete"] + words)
            #expect(run.output.isEmpty && run.error.isEmpty)
        }
    }
}
