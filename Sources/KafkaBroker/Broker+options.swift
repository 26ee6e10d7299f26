// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
package import Logging

extension Broker {
    /// What a broker is started with; the defaults suit a test: a free port, a directory that is gone afterwards.
    public struct Options: Sendable {
        /// Properties of a `server.properties` file, in order; unknown names are warnings.
        public var file: [(name: String, value: String)] = []
        /// Properties that win over those of the file; unknown names are errors.
        public var overrides: [(name: String, value: String)] = []
        /// Where the data is kept; nil for a temporary directory that is removed when the broker stops, unless
        /// `file` or `overrides` name one in `log.dirs` and `isEphemeral` is false.
        public var dataDirectory: String?
        /// Whether the data is to be gone afterwards.
        public var isEphemeral: Bool
        /// `host:port` to listen on, port 0 for a free one, host `*` for all addresses, of which each client is told
        /// the one that it reached; empty for what `listeners` says.
        public var listen: [String]
        /// Whether clients have to log in over TLS: with a certificate for this host and an administrator, `admin`, that
        /// are made where they are missing; the administrator's password is in `admin.properties` of the data directory.
        public var isSecure = false
        /// How many brokers this one process is to its clients, 1 to 64: above 1, for tests alone, and only where the data
        /// is gone afterwards. They have one store, so that nothing is replicated. Each node has a listener; those after
        /// the first are on the following ports where `listen` names one address, or on free ones.
        public var nodes = 1
        /// Sockets that whoever started this process listens on; each must be for one of the listeners.
        package var sockets: [PassedSocket] = []
        /// Told how far the start is.
        package var progress: StartProgress?
        /// The cluster that a new directory belongs to; nil for one with a random id. A directory that is another's stays
        /// so, with a warning.
        package var clusterID: String?
        /// What to call properties in messages, where they come from variables of the environment, by name.
        package var origins: [String: String] = [:]
        /// What else was said to no effect.
        package var withoutEffect: [String] = []
        /// Of loggers by Kafka's names, where they are not that of the logger that the broker is given.
        package var logLevels: [(logger: String, level: Logger.Level)] = []
        /// `KAFKA_OPTS`, where it isn't that of the process.
        package var javaOptions: String?

        /// A broker on a free port of 127.0.0.1, in a temporary directory if `dataDirectory` is nil.
        public init(dataDirectory: String? = nil, listen: [String] = ["127.0.0.1:0"]) {
            self.dataDirectory = dataDirectory
            self.listen = listen
            isEphemeral = dataDirectory == nil
        }
    }
}
