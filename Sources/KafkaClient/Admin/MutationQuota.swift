// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The part of an answer about topics that a quota may have refused.
struct TopicAnswers<Value: Sendable>: Sendable {
    /// How long to wait before what was refused is asked for again.
    var throttleTimeMs: Int32
    var results: Admin.TopicResults<Value>
}

extension Admin {
    /// Asks for something for each of several topics, and again for those that the quota on changes of topics refused
    /// (`controller_mutation_rate`, KIP-599), each time once the time is over that the answer says. The call's time bounds all of it.
    func withinQuota<Topic: Sendable, Value: Sendable>(
        _ topics: [Topic], named name: (Topic) -> String,
        _ ask: ([Topic], _ deadline: ContinuousClock.Instant) async throws(ClientError) -> TopicAnswers<Value>
    ) async throws(ClientError) -> TopicResults<Value> {
        let what = "the quota on changes of topics"
        let deadline = ContinuousClock.now + timeout
        var backoff = cluster.retryBackoff
        var (results, places): (TopicResults<Value>, [String: Int]) = ([], [:])
        func note(_ result: Result<Value, ClientError>, of topic: String) {
            if let place = places[topic] {
                results[place].result = result
            } else {
                places[topic] = results.count
                results.append((topic, result))
            }
        }
        var rest = topics
        while true {
            let answers: TopicAnswers<Value>
            do throws(ClientError) { answers = try await ask(rest, deadline) } catch {
                cluster.troubles?.forget(what)
                // What was done before is done.
                guard !results.isEmpty, error.kind != .cancelled else { throw error }
                for topic in rest { note(.failure(error), of: name(topic)) }
                return results
            }
            var refused: Set<String> = []
            for (topic, result) in answers.results {
                if case .failure(let error) = result, error.errorCode == .throttlingQuotaExceeded {
                    refused.insert(topic)
                }
                note(result, of: topic)
            }
            rest = rest.filter { refused.contains(name($0)) }
            guard !rest.isEmpty else {
                cluster.troubles?.accepted(what)
                return results
            }
            let pause = max(.milliseconds(answers.throttleTimeMs), backoff.next())
            guard pause < deadline.remaining else {
                cluster.troubles?.forget(what)
                for topic in rest { note(.failure(stillRefused(name(topic), pause)), of: name(topic)) }
                return results
            }
            cluster.troubles?.refused(what, ErrorCode.throttlingQuotaExceeded.whileWaiting, cause: what)
            try await delay(pause, until: deadline, what)
        }
    }

    private func stillRefused(_ topic: String, _ pause: Duration) -> ClientError {
        ClientError(
            .broker(.throttlingQuotaExceeded),
            "topic \(topic): \(ErrorCode.throttlingQuotaExceeded.clientMessage), for another "
                + "\(pause.milliseconds32) ms, and \(timeout.milliseconds32) ms are all the time there is "
                + "(default.api.timeout.ms)")
    }
}
