# bash completion for kafka; made by `kafka generate-documentation`
_kafka() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" tool words
    tool="${COMP_WORDS[0]##*/}"; tool="${tool#kafka-}"; tool="${tool%.sh}"
    [ "$tool" = kafka ] && tool="${COMP_WORDS[1]}"
    if [ "${COMP_WORDS[0]##*/}" = kafka ] && [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'broker topics console-producer console-consumer consumer-groups groups configs acls get-offsets delete-records log-dirs leader-election reassign-partitions transactions cluster broker-api-versions storage dump-log features metadata-quorum producer-perf-test consumer-perf-test e2e-latency ready server-start server-stop jmx zookeeper-server-start zookeeper-server-stop zookeeper-shell' -- "$current")); return
    fi
    case "$tool:$previous" in
        broker:--data-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
        topics:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        topics:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        console-producer:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        console-producer:--compression-codec) COMPREPLY=($(compgen -W 'none gzip snappy lz4 zstd' -- "$current")); return ;;
        console-producer:--property) COMPREPLY=($(compgen -W 'parse.key= parse.headers= key.separator= headers.delimiter= headers.separator= headers.key.separator= ignore.error= null.marker= topic=' -- "$current")); return ;;
        console-producer:--reader-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        console-producer:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        console-producer:--request-required-acks) COMPREPLY=($(compgen -W 'all -1 1 0' -- "$current")); return ;;
        console-consumer:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        console-consumer:--offset) COMPREPLY=($(compgen -W 'earliest latest' -- "$current")); return ;;
        console-consumer:--group) COMPREPLY=($(compgen -W "$(kafka complete groups 2>/dev/null)" -- "$current")); return ;;
        console-consumer:--property) COMPREPLY=($(compgen -W 'print.timestamp= print.partition= print.offset= print.delivery= print.epoch= print.headers= print.key= print.value= key.separator= line.separator= headers.separator= null.literal= key.deserializer= value.deserializer= headers.deserializer=' -- "$current")); return ;;
        console-consumer:--formatter) COMPREPLY=($(compgen -W 'DefaultMessageFormatter LoggingMessageFormatter NoOpMessageFormatter OffsetsMessageFormatter GroupMetadataMessageFormatter TransactionLogMessageFormatter' -- "$current")); return ;;
        console-consumer:--formatter-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        console-consumer:--isolation-level) COMPREPLY=($(compgen -W 'read_committed read_uncommitted' -- "$current")); return ;;
        console-consumer:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        consumer-groups:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        consumer-groups:--group) COMPREPLY=($(compgen -W "$(kafka complete groups 2>/dev/null)" -- "$current")); return ;;
        consumer-groups:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        consumer-groups:--state) COMPREPLY=($(compgen -W 'PreparingRebalance CompletingRebalance Stable Dead Empty Assigning Reconciling' -- "$current")); return ;;
        consumer-groups:--type) COMPREPLY=($(compgen -W 'classic consumer' -- "$current")); return ;;
        consumer-groups:--from-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        groups:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        groups:--group-type) COMPREPLY=($(compgen -W 'classic consumer share streams' -- "$current")); return ;;
        configs:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        configs:--entity-type) COMPREPLY=($(compgen -W 'topics clients users brokers ips broker-loggers client-metrics groups' -- "$current")); return ;;
        configs:--add-config-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        configs:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        configs:--group) COMPREPLY=($(compgen -W "$(kafka complete groups 2>/dev/null)" -- "$current")); return ;;
        acls:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        acls:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        acls:--group) COMPREPLY=($(compgen -W "$(kafka complete groups 2>/dev/null)" -- "$current")); return ;;
        acls:--resource-pattern-type) COMPREPLY=($(compgen -W 'any match literal prefixed' -- "$current")); return ;;
        acls:--operation) COMPREPLY=($(compgen -W 'All Read Write Create Delete Alter Describe ClusterAction DescribeConfigs AlterConfigs IdempotentWrite CreateTokens DescribeTokens TwoPhaseCommit' -- "$current")); return ;;
        get-offsets:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        get-offsets:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        get-offsets:--time) COMPREPLY=($(compgen -W 'latest earliest max-timestamp earliest-local latest-tiered' -- "$current")); return ;;
        delete-records:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        delete-records:--offset-json-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        log-dirs:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        log-dirs:--topic-list) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        leader-election:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        leader-election:--election-type) COMPREPLY=($(compgen -W 'preferred unclean' -- "$current")); return ;;
        leader-election:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        leader-election:--path-to-json-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        reassign-partitions:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        reassign-partitions:--reassignment-json-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        reassign-partitions:--topics-to-move-json-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        transactions:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        transactions:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        cluster:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        broker-api-versions:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        dump-log:--files) COMPREPLY=($(compgen -f -- "$current")); return ;;
        features:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        metadata-quorum:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        producer-perf-test:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        producer-perf-test:--payload-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        producer-perf-test:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        consumer-perf-test:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        consumer-perf-test:--group) COMPREPLY=($(compgen -W "$(kafka complete groups 2>/dev/null)" -- "$current")); return ;;
        consumer-perf-test:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        e2e-latency:--topic) COMPREPLY=($(compgen -W "$(kafka complete topics 2>/dev/null)" -- "$current")); return ;;
        e2e-latency:--producer-acks) COMPREPLY=($(compgen -W '1 all' -- "$current")); return ;;
        e2e-latency:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        ready:--command-config) COMPREPLY=($(compgen -f -- "$current")); return ;;
        server-start:--data-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
    esac
    case "$tool" in
        broker) words='--override --data-dir --listen --ephemeral --help --version' ;;
        topics) words='list describe create alter delete --list --describe --create --alter --delete --bootstrap-server --command-config --topic --topic-id --partitions --replication-factor --replica-assignment --config --under-replicated-partitions --unavailable-partitions --under-min-isr-partitions --at-min-isr-partitions --topics-with-overrides --if-exists --if-not-exists --exclude-internal --partition-size-limit-per-response --help --version' ;;
        console-producer) words='--topic --bootstrap-server --compression-codec --property --reader-config --producer-property --command-config --sync --request-required-acks --batch-size --max-partition-memory-bytes --timeout --message-send-max-retries --retry-backoff-ms --request-timeout-ms --metadata-expiry-ms --max-block-ms --max-memory-bytes --socket-buffer-size --line-reader --help --version' ;;
        console-consumer) words='--topic --include --bootstrap-server --partition --offset --from-beginning --max-messages --timeout-ms --group --property --formatter --formatter-config --key-deserializer --value-deserializer --isolation-level --skip-message-on-error --consumer-property --command-config --enable-systest-events --help --version' ;;
        consumer-groups) words='list describe delete reset-offsets delete-offsets --list --describe --delete --reset-offsets --delete-offsets --bootstrap-server --command-config --group --all-groups --topic --all-topics --offsets --members --verbose --state --type --timeout --dry-run --execute --export --to-offset --to-earliest --to-latest --to-current --shift-by --to-datetime --by-duration --from-file --help --version' ;;
        groups) words='list --list --bootstrap-server --command-config --group-type --protocol --consumer --share --streams --help --version' ;;
        configs) words='describe alter --describe --alter --bootstrap-server --bootstrap-controller --command-config --entity-type --entity-name --entity-default --all --add-config --add-config-file --delete-config --topic --client --client-defaults --user --user-defaults --broker --broker-defaults --broker-logger --ip --ip-defaults --group --client-metrics --help --version' ;;
        acls) words='list add remove --list --add --remove --bootstrap-server --bootstrap-controller --command-config --topic --group --cluster --transactional-id --delegation-token --user-principal --resource-pattern-type --operation --allow-principal --deny-principal --allow-host --deny-host --principal --producer --consumer --idempotent --force --help --version' ;;
        get-offsets) words='--bootstrap-server --command-config --topic --partitions --topic-partitions --time --exclude-internal-topics --help --version' ;;
        delete-records) words='--bootstrap-server --command-config --offset-json-file --help --version' ;;
        log-dirs) words='describe --describe --bootstrap-server --command-config --topic-list --broker-list --help --version' ;;
        leader-election) words='--bootstrap-server --command-config --election-type --topic --partition --path-to-json-file --all-topic-partitions --help --version' ;;
        reassign-partitions) words='generate execute verify cancel list --generate --execute --verify --cancel --list --bootstrap-server --bootstrap-controller --command-config --reassignment-json-file --topics-to-move-json-file --broker-list --disable-rack-aware --throttle --replica-alter-log-dirs-throttle --timeout --additional --preserve-throttles --help --version' ;;
        transactions) words='list describe describe-producers abort find-hanging forceTerminateTransaction --bootstrap-server --command-config --transactional-id --topic --partition --broker-id --start-offset --producer-id --producer-epoch --coordinator-epoch --duration-filter --transactional-id-pattern --max-transaction-timeout --help --version' ;;
        cluster) words='cluster-id list-endpoints unregister --bootstrap-server --bootstrap-controller --command-config --id --include-fenced-brokers --help --version' ;;
        broker-api-versions) words='--bootstrap-server --command-config --bootstrap-controller --help --version' ;;
        storage) words='random-uuid --help --version' ;;
        dump-log) words='--files --print-data-log --deep-iteration --skip-record-metadata --offsets-decoder --transaction-log-decoder --cluster-metadata-decoder --share-group-state-decoder --remote-log-metadata-decoder --index-sanity-check --verify-index-only --max-message-size --max-bytes --key-decoder-class --value-decoder-class --help --version' ;;
        features) words='describe upgrade downgrade disable --bootstrap-server --bootstrap-controller --command-config --feature --unsafe --dry-run --help --version' ;;
        metadata-quorum) words='describe remove-controller --bootstrap-server --bootstrap-controller --command-config --status --replication --human-readable --controller-id --controller-directory-id --dry-run --help --version' ;;
        producer-perf-test) words='--bootstrap-server --topic --num-records --record-size --payload-file --payload-delimiter --payload-monotonic --throughput --producer-props --command-config --reporting-interval --warmup-records --help --version' ;;
        consumer-perf-test) words='--bootstrap-server --topic --num-records --group --fetch-size --from-latest --socket-buffer-size --consumer-property --command-config --show-detailed-stats --reporting-interval --timeout --hide-header --help --version' ;;
        e2e-latency) words='--bootstrap-server --topic --num-records --producer-acks --record-size --command-config --help --version' ;;
        ready) words='--bootstrap-server --command-config --timeout --brokers --help --version' ;;
        server-start) words='--override --data-dir --listen --ephemeral --daemon --help --version' ;;
        server-stop) words='--process-role --node-id --help --version' ;;
        jmx) words='--help --version' ;;
        zookeeper-server-start) words='--help --version' ;;
        zookeeper-server-stop) words='--help --version' ;;
        zookeeper-shell) words='--help --version' ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _kafka kafka kafka-broker kafka-broker.sh kafka-topics kafka-topics.sh kafka-console-producer kafka-console-producer.sh kafka-console-consumer kafka-console-consumer.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-groups kafka-groups.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh kafka-get-offsets kafka-get-offsets.sh kafka-delete-records kafka-delete-records.sh kafka-log-dirs kafka-log-dirs.sh kafka-leader-election kafka-leader-election.sh kafka-reassign-partitions kafka-reassign-partitions.sh kafka-transactions kafka-transactions.sh kafka-cluster kafka-cluster.sh kafka-broker-api-versions kafka-broker-api-versions.sh kafka-storage kafka-storage.sh kafka-dump-log kafka-dump-log.sh kafka-features kafka-features.sh kafka-metadata-quorum kafka-metadata-quorum.sh kafka-producer-perf-test kafka-producer-perf-test.sh kafka-consumer-perf-test kafka-consumer-perf-test.sh kafka-e2e-latency kafka-e2e-latency.sh kafka-ready kafka-ready.sh kafka-server-start kafka-server-start.sh kafka-server-stop kafka-server-stop.sh kafka-jmx kafka-jmx.sh kafka-zookeeper-server-start kafka-zookeeper-server-start.sh kafka-zookeeper-server-stop kafka-zookeeper-server-stop.sh kafka-zookeeper-shell kafka-zookeeper-shell.sh
