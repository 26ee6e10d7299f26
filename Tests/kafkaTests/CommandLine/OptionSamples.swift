// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import kafka

/// Command lines that together use every option of every tool, each with a value that it takes.
enum OptionSamples {
    /// Options that are there to say why they can't be used.
    static let refused: [String: Set<String>] = ["dump-log": ["remote-log-metadata-decoder"]]

    /// `{server}` is a broker's file, `{controller}` that of a controller, `{properties}` an empty file of properties, `{json}` one with topics and partitions, `{csv}` one with offsets.
    static let lines: [String: [String]] = [
        "broker": [
            "{properties} --override num.partitions=3 --data-dir /tmp/data --listen 127.0.0.1:0 --log-level info",
            "--ephemeral --secure --http 127.0.0.1:0 --http-write",
            "--env KAFKA_NUM_PARTITIONS=3 --print-config --output json --log-format json",
            "--ephemeral --nodes 3",
        ],
        "nodes": ["list -b localhost:9092 --command-config {properties} --output json", "stop --id 2", "start 2 3"],
        "server-start": [
            "{properties} --override num.partitions=3 --data-dir /tmp/data --listen 127.0.0.1:0 --log-level info -daemon",
            "{properties} --ephemeral --nodes 3", "{properties} --ephemeral --secure --http 127.0.0.1:0 --http-write",
            "{properties} --env KAFKA_NUM_PARTITIONS=3 --print-config --output json --log-format json",
        ],
        "server-stop": ["--process-role broker --node-id 1"],
        "shell": ["-b localhost:9092 --command-config {properties}"],
        "clusters": ["list", "check --name a --name b", "use a", "show --name a"],
        "doctor": [
            "--topic t --write --group g --timeout 1 -b localhost:9092 --command-config {properties}",
            "--bootstrap-controller localhost:9093",
        ],
        "web": ["--listen 127.0.0.1:0 --http-write -b localhost:9092 --command-config {properties}"],
        "top": ["--refresh 2 --once --filter orders --output json -b localhost:9092 --command-config {properties}"],
        "topics": [
            "--list --exclude-internal --topic t -b localhost:9092 --command-config {properties}",
            "--describe --topic-id MkU3OEVBNTcwNTJENDM2Qg --under-replicated-partitions",
            "--describe --unavailable-partitions", "--describe --under-min-isr-partitions",
            "--describe --at-min-isr-partitions", "--describe --topics-with-overrides --exclude-internal",
            "--describe --topic t --if-exists --partition-size-limit-per-response 5",
            "--create --topic t --partitions 2 --replication-factor 1 --config retention.ms=1 --if-not-exists",
            "--create --topic t --replica-assignment 1:2,2:1", "--alter --topic t --partitions 3",
            "--delete --topic t --if-exists",
        ],
        "console-producer": [
            "--topic t -b localhost:9092 --compression-codec zstd --property parse.key=true "
                + "--reader-config {properties} --producer-property linger.ms=1 --command-config {properties} --sync "
                + "--request-required-acks 1 --batch-size 1 --max-partition-memory-bytes 1 --timeout 1 "
                + "--message-send-max-retries 1 --retry-backoff-ms 1 --request-timeout-ms 1 --metadata-expiry-ms 1 "
                + "--max-block-ms 1 --max-memory-bytes 1 --socket-buffer-size 1 --line-reader LineMessageReader",
            "t --format json", "t --key k --header a=b --partition 0 --timestamp 1", "t --key k --tombstone",
            "t --delimiter \\0 --history", "t --whole --debug broker,msg",
            "-t t --key-delimiter :",
        ],
        "console-consumer": [
            "--topic t -b localhost:9092 --partition 0 --offset 1 --until 5 --max-messages 1 --timeout-ms 1",
            "--include t.* --from-beginning --exit-at-end --where value=1 --select key,value",
            "t --tail 3 --format json", "-t t -o beginning -e -c 1 -p 0 --key-delimiter \\t",
            "t --group g --property print.key=true --formatter DefaultMessageFormatter "
                + "--formatter-config {properties} --key-deserializer StringDeserializer "
                + "--value-deserializer StringDeserializer --isolation-level read_committed --skip-message-on-error "
                + "--consumer-property fetch.min.bytes=1 --command-config {properties} --enable-systest-events",
        ],
        "consumer-groups": [
            "--list --state Stable --type consumer -b localhost:9092 --command-config {properties}",
            "--describe --group g --offsets --verbose --timeout 1", "--describe --all-groups --members",
            "--describe --group g --state --watch 5", "--delete --group g",
            "--reset-offsets --group g --topic t:0 --to-offset 1 --dry-run",
            "--reset-offsets --group g --all-topics --to-earliest --execute",
            "--reset-offsets --group g --topic t --to-latest --export --dry-run",
            "--reset-offsets --group g --topic t --to-current", "--reset-offsets --group g --topic t --shift-by -1",
            "--reset-offsets --group g --topic t --to-datetime 2026-01-01T00:00:00.000",
            "--reset-offsets --group g --topic t --by-duration PT1H", "--reset-offsets --group g --from-file {csv}",
            "--delete-offsets --group g --topic t",
        ],
        "groups": [
            "--list --group-type classic --protocol consumer -b localhost:9092 --command-config {properties}",
            "--list --consumer", "--list --share", "--list --streams",
        ],
        "configs": [
            "--describe --entity-type topics --entity-name t --all -b localhost:9092 --command-config {properties}",
            "--describe --entity-type brokers --entity-default --bootstrap-controller localhost:9093",
            "--alter --topic t --add-config a=b --delete-config c", "--alter --topic t --add-config-file {properties}",
            "--describe --client c", "--describe --client-defaults", "--describe --user u",
            "--describe --user-defaults",
            "--describe --broker 1", "--describe --broker-defaults", "--describe --broker-logger 1",
            "--describe --ip 127.0.0.1", "--describe --ip-defaults", "--describe --group g",
            "--describe --client-metrics m",
        ],
        "acls": [
            "--list --topic t --resource-pattern-type match --principal User:a -b localhost:9092 "
                + "--command-config {properties}", "--list --bootstrap-controller localhost:9093",
            "--add --topic t --group g --cluster --transactional-id i --delegation-token d "
                + "--operation Describe --allow-principal User:a --allow-host 127.0.0.1",
            "--add --user-principal User:b --operation CreateTokens --deny-principal User:a --deny-host 127.0.0.1",
            "--add --topic t --producer --idempotent --allow-principal User:a",
            "--add --topic t --group g --consumer --allow-principal User:a", "--remove --topic t --force",
            "--test --principal User:a --operation Read --topic t --host 10.0.0.7",
        ],
        "get-offsets": [
            "--topic t --partitions 0,1 --time latest --exclude-internal-topics -b localhost:9092 "
                + "--command-config {properties}", "--topic-partitions t:0-2",
        ],
        "delete-records": [
            "--offset-json-file {json} -b localhost:9092 --command-config {properties}", "orders:0:50 orders:1:-1",
        ],
        "log-dirs": [
            "--describe --topic-list t --broker-list 1,2 -b localhost:9092 --command-config {properties}"
        ],
        "leader-election": [
            "--election-type preferred --topic t --partition 0 -b localhost:9092 --command-config {properties}",
            "--election-type unclean --path-to-json-file {json}", "--election-type preferred --all-topic-partitions",
        ],
        "reassign-partitions": [
            "--generate --topics-to-move-json-file {json} --broker-list 1,2 --disable-rack-aware -b localhost:9092 "
                + "--command-config {properties}",
            "--execute --reassignment-json-file {json} --throttle 1 --replica-alter-log-dirs-throttle 1 --timeout 1 "
                + "--additional --disallow-replication-factor-change",
            "--verify --reassignment-json-file {json} --preserve-throttles",
            "--cancel --reassignment-json-file {json}", "--list --bootstrap-controller localhost:9093",
        ],
        "replica-verification": [
            "-b localhost:9092 --command-config {properties} --fetch-size 1 --max-wait-ms 1 --topics-include t "
                + "--time -2 --report-interval-ms 1"
        ],
        "transactions": [
            "list -b localhost:9092 --command-config {properties} --duration-filter 1 --transactional-id-pattern a.*",
            "describe --transactional-id t", "describe-producers --topic t --partition 0 --broker-id 1",
            "abort --topic t --partition 0 --start-offset 1",
            "abort --topic t --partition 0 --producer-id 1 --producer-epoch 0 --coordinator-epoch 0",
            "find-hanging --broker-id 1 --max-transaction-timeout 1", "forceTerminateTransaction --transactional-id t",
        ],
        "cluster": [
            "cluster-id -b localhost:9092 --command-config {properties}",
            "list-endpoints -C localhost:9093", "list-endpoints --include-fenced-brokers",
            "unregister --id 1",
        ],
        "features": [
            "describe -b localhost:9092 --command-config {properties}",
            "upgrade --feature transaction.version=2 --dry-run", "upgrade --release-version 4.1",
            "downgrade --feature transaction.version=1 --unsafe",
            "disable --feature transaction.version --bootstrap-controller localhost:9093",
            "version-mapping --release-version 4.1", "feature-dependencies --feature transaction.version=2",
        ],
        "metadata-quorum": [
            "describe --status -b localhost:9092 --command-config {properties}",
            "add-controller --command-config {controller} --dry-run",
            "describe --replication --human-readable --bootstrap-controller localhost:9093",
            "remove-controller --controller-id 1 --controller-directory-id MkU3OEVBNTcwNTJENDM2Qg --dry-run",
        ],
        "metadata-shell": ["--snapshot /tmp/file ls /", "--directory /tmp ls /"],
        "broker-api-versions": [
            "-b localhost:9092 --command-config {properties}", "--bootstrap-controller localhost:9093",
        ],
        "client-metrics": [
            "--alter --name m --metrics a,b --interval 1000 --match client_id=a -b localhost:9092 "
                + "--command-config {properties}",
            "--alter --generate-name --metrics a", "--delete --name m", "--describe --name m", "--list",
        ],
        "delegation-tokens": [
            "--create --max-life-time-period -1 --renewer-principal User:a --owner-principal User:b -b localhost:9092 "
                + "--command-config {properties}",
            "--renew --renew-time-period -1 --hmac YQ==", "--expire --expiry-time-period -1 --hmac YQ==",
            "--describe --owner-principal User:b",
        ],
        "producer-perf-test": [
            "--topic t --num-records 2 --record-size 1 --throughput -1 --producer-props linger.ms=1 "
                + "--command-config {properties} --reporting-interval 1 --warmup-records 1 --print-metrics "
                + "--transactional-id i --transaction-duration-ms 1 -b localhost:9092",
            "--topic t --num-records 1 --payload-file {csv} --payload-delimiter ,",
            "--topic t --num-records 1 --payload-monotonic",
        ],
        "consumer-perf-test": [
            "--topic t --num-records 1 --group g --fetch-size 1 --from-latest --socket-buffer-size 1 "
                + "--consumer-property fetch.min.bytes=1 --command-config {properties} --show-detailed-stats "
                + "--reporting-interval 1 --timeout 1 --hide-header --print-metrics --date-format HH:mm -b localhost:9092",
            "--include t.* --num-records 1",
        ],
        "e2e-latency": [
            "--topic t --num-records 1 --producer-acks all --record-size 1 --record-key-size 1 --num-headers 1 "
                + "--record-header-key-size 1 --record-header-size -1 -b localhost:9092 --command-config {properties}"
        ],
        "verifiable-producer": [
            "--topic t -b localhost:9092 --max-messages 1 --throughput 1 --acks 1 --command-config {properties} "
                + "--message-create-time 1 --value-prefix 1 --repeating-keys 1"
        ],
        "verifiable-consumer": [
            "--topic t --group-id g -b localhost:9092 --group-instance-id i --max-messages 1 --session-timeout 10000 "
                + "--verbose --enable-autocommit --reset-policy latest --command-config {properties} "
                + "--assignment-strategy RangeAssignor",
            "--topic t --group-id g --group-protocol consumer --group-remote-assignor uniform",
        ],
        "transactional-message-copier": [
            "--input-topic a --input-partition 0 --output-topic b --max-messages 1 --consumer-group g "
                + "--transaction-size 1 --transaction-timeout 1000 --transactional-id i --enable-random-aborts "
                + "-b localhost:9092 --command-config {properties}",
            "--input-topic a --output-topic b --transactional-id i --group-mode --use-group-metadata",
        ],
        "dump-log": [
            "--files a.log,b.log --print-data-log --deep-iteration --skip-record-metadata --max-message-size 1 "
                + "--max-bytes 1 --key-decoder-class StringDecoder --value-decoder-class StringDecoder",
            "--files a.log --offsets-decoder", "--files a.log --transaction-log-decoder",
            "--files a.log --cluster-metadata-decoder", "--files a.log --share-group-state-decoder",
            "--files a.index --index-sanity-check",
            "--files a.index --verify-index-only",
        ],
        "storage": [
            "info --config {server}", "info --data-dir /tmp", "check --config {server}",
            "repair --accept-loss --data-dir /tmp --cluster-id MkU3OEVBNTcwNTJENDM2Qg",
            "format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} --ignore-formatted --release-version 4.1 "
                + "--feature transaction.version=2 --add-scram SCRAM-SHA-256=[name=a,password=b] --standalone",
            "format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} --no-initial-controllers",
            "format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config {server} "
                + "--initial-controllers 1@localhost:9093:MkU3OEVBNTcwNTJENDM2Qg",
            "grow --data-dir /tmp --nodes 1@a:9092:9093,2@b:9092:9093,3@c:9092:9093 --files /tmp/cluster --wait",
            "version-mapping --release-version 4.1", "feature-dependencies --feature transaction.version=2",
            "random-uuid",
        ],
        "share-groups": [
            "--list --state Stable -b localhost:9092 --command-config {properties}",
            "--describe --group g --offsets --verbose --timeout 1", "--describe --all-groups --members",
            "--delete --group g", "--reset-offsets --group g --topic t:0 --to-earliest --dry-run",
            "--reset-offsets --group g --all-topics --to-latest --execute",
            "--reset-offsets --group g --topic t --to-datetime 2026-01-01T00:00:00.000 --export --dry-run",
            "--reset-offsets --group g --topic t --to-offset 1 --dry-run",
            "--reset-offsets --group g --topic t --to-current --dry-run",
            "--reset-offsets --group g --from-file {csv} --dry-run", "--delete-offsets --group g --topic t",
        ],
        "console-share-consumer": [
            "--topic t -b localhost:9092 --group g --max-messages 1 --timeout-ms 1 --release "
                + "--property print.key=true --formatter DefaultMessageFormatter --formatter-config {properties} "
                + "--key-deserializer StringDeserializer --value-deserializer StringDeserializer "
                + "--consumer-property fetch.min.bytes=1 --command-config {properties} --enable-systest-events",
            "--topic t --reject", "--topic t --reject-message-on-error",
        ],
        "share-consumer-perf-test": [
            "--topic t --num-records 1 --group g --threads 1 --timeout 1 --fetch-size 1 --socket-buffer-size 1 "
                + "--reporting-interval 1 --show-detailed-stats --show-consumer-stats --print-metrics --hide-header "
                + "--date-format HH:mm --command-property fetch.min.bytes=1 --command-config {properties} "
                + "-b localhost:9092"
        ],
        "verifiable-share-consumer": [
            "--topic t --group-id g -b localhost:9092 --max-messages 1 --verbose --acknowledgement-mode sync "
                + "--offset-reset-strategy earliest --command-config {properties}"
        ],
        "streams-groups": [
            "--list --state Stable -b localhost:9092 --command-config {properties}",
            "--describe --group g --offsets --verbose --timeout 1", "--describe --all-groups --members",
            "--delete --group g --delete-all-internal-topics",
            "--reset-offsets --group g --input-topic t --to-offset 1 --dry-run",
            "--reset-offsets --group g --all-input-topics --to-earliest --execute --delete-internal-topic i",
            "--reset-offsets --group g --input-topic t --to-latest --export --dry-run",
            "--reset-offsets --group g --input-topic t --to-current --dry-run",
            "--reset-offsets --group g --input-topic t --shift-by -1 --dry-run",
            "--reset-offsets --group g --input-topic t --to-datetime 2026-01-01T00:00:00.000 --dry-run",
            "--reset-offsets --group g --input-topic t --by-duration PT1H --dry-run",
            "--reset-offsets --group g --from-file {csv} --dry-run", "--delete-offsets --group g --input-topic t",
        ],
        "streams-application-reset": [
            "--application-id a -b localhost:9092 --command-config {properties} --input-topics t --internal-topics i "
                + "--to-earliest --force --dry-run",
            "--application-id a --input-topics t --to-latest", "--application-id a --input-topics t --to-offset 1",
            "--application-id a --input-topics t --shift-by -1",
            "--application-id a --input-topics t --to-datetime 2026-01-01T00:00:00.000",
            "--application-id a --input-topics t --by-duration PT1H",
            "--application-id a --input-topics t --from-file {csv}",
        ],
        "health": ["-b localhost:9092 --command-config {properties} --timeout 500ms --partitions"],
        "cub": [
            "kafka-ready -b localhost:9092 --command-config {properties} 1 10",
            "kafka-ready 1 0 --security-protocol SSL",
        ],
        "dev": [
            "--topic t:3:cleanup.policy=compact --seed {properties} --override num.partitions=3 --listen 127.0.0.1:0 "
                + "--log-level info --nodes 3 -- true --topic x"
        ],
        "cp": [
            "--topic t --from localhost:9092 --to localhost:9093 --from-config {properties} --to-config {properties} "
                + "--group g --id i --append --no-create",
            "--include t.* --to localhost:9093 --prefix p. --follow", "t --rename t:u --to localhost:9093",
        ],
        "expect": [
            "--topic t -b localhost:9092 --command-config {properties} --count 3 --within 5s --where value=1 --key k "
                + "--value v --offset latest --isolation-level read_uncommitted --print",
            "t --exactly 3 --settle 500ms", "t --at-most 3", "t --none",
        ],
        "ready": ["-b localhost:9092 --command-config {properties} --timeout 1 --brokers 1"],
        "jmx": [""], "zookeeper-server-start": [""], "zookeeper-server-stop": [""], "zookeeper-shell": [""],
    ]

    /// The words of a line, with its files in place.
    static func words(_ line: String, _ files: [String: String]) -> [String] {
        line.split(separator: " ").map { word in
            files.reduce(String(word)) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
    }

    /// Calls `body` with the files that lines name.
    static func withFiles(_ body: ([String: String]) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let data = directory.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let owner = "version=1\nnode.id=1\ncluster.id=MkU3OEVBNTcwNTJENDM2Qg\ndirectory.id=MkU3OEVBNTcwNTJENDM2Qg\n"
        try Data(owner.utf8).write(to: data.appending(path: "meta.properties"))
        let contents = [
            "properties": "",
            "server": """
            process.roles=broker,controller
            node.id=1
            log.dirs=\(directory.path)/new
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
            """,
            "controller": """
            node.id=1
            log.dirs=\(data.path)
            controller.listener.names=CONTROLLER
            listeners=CONTROLLER://localhost:9093
            """,
            "json": """
            {"version":1,"topics":[{"topic":"t"}],
             "partitions":[{"topic":"t","partition":0,"offset":1,"replicas":[1],"log_dirs":["any"]}]}
            """,
            "csv": "t,0,1\n",
        ]
        var files: [String: String] = [:]
        for (name, text) in contents {
            let file = directory.appending(path: name)
            try Data(text.utf8).write(to: file)
            files[name] = file.path
        }
        try await body(files)
    }
}
