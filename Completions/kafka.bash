# Made from the tools' definitions by `make completions`; changes are lost.
# shellcheck shell=bash

# What the tool $1 takes, and in source what the value of its option $2 is: empty for a flag.
_kafka_describe() {
    actions='' options='' operand='' source='' list=''
    case $1 in
    broker)
        options='--override --data-dir --listen --ephemeral --log-level --help --version'
        operand='file'
        case $2 in
        --override | --listen) source='-' ;;
        --data-dir) source='file' ;;
        --log-level) source='=trace debug info notice warning error' ;;
        esac
        ;;
    shell)
        options='--bootstrap-server --command-config --debug --help --version'
        case $2 in
        --bootstrap-server | -b) source='-' ;;
        --command-config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    topics)
        actions='list describe create alter delete'
        options='--list --describe --create --alter --delete --bootstrap-server --command-config --topic --topic-id --partitions --replication-factor --replica-assignment --config --under-replicated-partitions --unavailable-partitions --under-min-isr-partitions --at-min-isr-partitions --topics-with-overrides --if-exists --if-not-exists --exclude-internal --partition-size-limit-per-response --output --debug --help --version'
        operand='topics'
        case $2 in
        --bootstrap-server | -b | --topic-id | --partitions | --replication-factor | --partition-size-limit-per-response) source='-' ;;
        --command-config) source='file' ;;
        --topic | -t) source='topics' ;;
        --replica-assignment) source='-' list=1 ;;
        --config) source='topic-configs' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    console-producer)
        options='--topic --format --delimiter --whole --key --key-delimiter --header --partition --timestamp --tombstone --bootstrap-server --compression-codec --property --reader-config --producer-property --command-config --history --sync --request-required-acks --batch-size --max-partition-memory-bytes --timeout --message-send-max-retries --retry-backoff-ms --request-timeout-ms --metadata-expiry-ms --max-block-ms --max-memory-bytes --socket-buffer-size --line-reader --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --format | -f) source='=lines json' ;;
        --delimiter | -D | --key | -k | --key-delimiter | -K | --header | -H | --partition | -p | --timestamp | --bootstrap-server | -b | --batch-size | --max-partition-memory-bytes | --timeout | --message-send-max-retries | --retry-backoff-ms | --request-timeout-ms | --metadata-expiry-ms | --max-block-ms | --max-memory-bytes | --socket-buffer-size | --line-reader) source='-' ;;
        --compression-codec) source='?=none gzip snappy lz4 zstd' ;;
        --property | --reader-property) source='=parse.key= parse.headers= key.separator= headers.delimiter= headers.separator= headers.key.separator= ignore.error= null.marker= topic=' ;;
        --reader-config | --command-config | --producer.config) source='file' ;;
        --producer-property | --command-property) source='=acks= batch.size= bootstrap.servers= buffer.memory= client.dns.lookup= client.id= compression.gzip.level= compression.lz4.level= compression.type= compression.zstd.level= config.providers= connections.max.idle.ms= delivery.timeout.ms= enable.idempotence= enable.metrics.push= interceptor.classes= key.deserializer= key.serializer= linger.ms= max.block.ms= max.in.flight.requests.per.connection= max.poll.records= max.request.size= metadata.max.age.ms= metadata.max.idle.ms= metadata.recovery.rebootstrap.trigger.ms= metadata.recovery.strategy= metric.reporters= metrics.num.samples= metrics.recording.level= metrics.sample.window.ms= partitioner.adaptive.partitioning.enable= partitioner.availability.timeout.ms= partitioner.class= partitioner.ignore.keys= receive.buffer.bytes= reconnect.backoff.max.ms= reconnect.backoff.ms= request.timeout.ms= retries= retry.backoff.max.ms= retry.backoff.ms= security.protocol= security.providers= send.buffer.bytes= socket.connection.setup.timeout.max.ms= socket.connection.setup.timeout.ms= transaction.timeout.ms= transaction.two.phase.commit.enable= transactional.id= value.deserializer= value.serializer=' ;;
        --request-required-acks) source='=all -1 1 0' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    console-consumer)
        options='--topic --include --bootstrap-server --partition --offset --from-beginning --until --tail --exit-at-end --max-messages --timeout-ms --where --select --format --key-delimiter --group --property --formatter --formatter-config --key-deserializer --value-deserializer --isolation-level --skip-message-on-error --consumer-property --command-config --enable-systest-events --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --include | --whitelist | --bootstrap-server | -b | --partition | -p | --tail | --max-messages | -c | --timeout-ms | --where | --select | --key-delimiter | -K | --key-deserializer | --value-deserializer) source='-' ;;
        --offset | -o) source='=earliest latest' ;;
        --until) source='=now latest' ;;
        --format | -f) source='=json plain' ;;
        --group | -G) source='groups' ;;
        --property | --formatter-property) source='=print.timestamp= print.partition= print.offset= print.delivery= print.epoch= print.headers= print.key= print.value= key.separator= line.separator= headers.separator= null.literal= key.deserializer= value.deserializer= headers.deserializer=' ;;
        --formatter) source='=DefaultMessageFormatter LoggingMessageFormatter NoOpMessageFormatter OffsetsMessageFormatter GroupMetadataMessageFormatter TransactionLogMessageFormatter' ;;
        --formatter-config | --command-config | --consumer.config) source='file' ;;
        --isolation-level) source='=read_committed read_uncommitted' ;;
        --consumer-property | --command-property) source='=allow.auto.create.topics= auto.commit.interval.ms= auto.offset.reset= bootstrap.servers= check.crcs= client.dns.lookup= client.id= client.rack= config.providers= connections.max.idle.ms= default.api.timeout.ms= enable.auto.commit= enable.metrics.push= exclude.internal.topics= fetch.max.bytes= fetch.max.wait.ms= fetch.min.bytes= group.id= group.instance.id= group.protocol= group.remote.assignor= heartbeat.interval.ms= interceptor.classes= isolation.level= key.deserializer= key.serializer= max.partition.fetch.bytes= max.poll.interval.ms= max.poll.records= metadata.max.age.ms= metadata.max.idle.ms= metadata.recovery.rebootstrap.trigger.ms= metadata.recovery.strategy= metric.reporters= metrics.num.samples= metrics.recording.level= metrics.sample.window.ms= partition.assignment.strategy= partitioner.adaptive.partitioning.enable= partitioner.availability.timeout.ms= partitioner.class= receive.buffer.bytes= reconnect.backoff.max.ms= reconnect.backoff.ms= request.timeout.ms= retry.backoff.max.ms= retry.backoff.ms= security.protocol= security.providers= send.buffer.bytes= session.timeout.ms= socket.connection.setup.timeout.max.ms= socket.connection.setup.timeout.ms= transaction.two.phase.commit.enable= value.deserializer= value.serializer=' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    consumer-groups)
        actions='list describe delete reset-offsets delete-offsets'
        options='--list --describe --delete --reset-offsets --delete-offsets --bootstrap-server --command-config --group --all-groups --topic --all-topics --offsets --members --verbose --state --type --timeout --dry-run --execute --export --to-offset --to-earliest --to-latest --to-current --shift-by --to-datetime --by-duration --from-file --output --debug --help --version'
        operand='groups'
        case $2 in
        --bootstrap-server | -b | --timeout | --to-offset | --shift-by | --to-datetime | --by-duration) source='-' ;;
        --command-config | --from-file) source='file' ;;
        --group | -G) source='groups' ;;
        --topic | -t) source='topics' ;;
        --state) source='?=PreparingRebalance CompletingRebalance Stable Dead Empty Assigning Reconciling' list=1 ;;
        --type) source='?=classic consumer' list=1 ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    groups)
        actions='list'
        options='--list --bootstrap-server --command-config --group-type --protocol --consumer --share --streams --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --protocol) source='-' ;;
        --command-config) source='file' ;;
        --group-type) source='=classic consumer share streams' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    configs)
        actions='describe alter'
        options='--describe --alter --bootstrap-server --bootstrap-controller --command-config --entity-type --entity-name --entity-default --all --add-config --add-config-file --delete-config --topic --client --client-defaults --user --user-defaults --broker --broker-defaults --broker-logger --ip --ip-defaults --group --client-metrics --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | --client | --user | --broker-logger | --ip | --client-metrics) source='-' ;;
        --command-config | --add-config-file) source='file' ;;
        --entity-type) source='=topics clients users brokers ips broker-loggers client-metrics groups' ;;
        --entity-name) source='entities' ;;
        --add-config) source='added-configs' list=1 ;;
        --delete-config) source='deleted-configs' list=1 ;;
        --topic | -t) source='topics' ;;
        --broker) source='brokers' ;;
        --group | -G) source='groups' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    acls)
        actions='list add remove'
        options='--list --add --remove --bootstrap-server --bootstrap-controller --command-config --topic --group --cluster --transactional-id --delegation-token --user-principal --resource-pattern-type --operation --allow-principal --deny-principal --allow-host --deny-host --principal --producer --consumer --idempotent --force --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | --delegation-token | --user-principal | --allow-principal | --deny-principal | --allow-host | --deny-host | --principal) source='-' ;;
        --command-config) source='file' ;;
        --topic | -t) source='topics' ;;
        --group | -G) source='groups' ;;
        --transactional-id) source='transactions' ;;
        --resource-pattern-type) source='=any match literal prefixed' ;;
        --operation) source='=All Read Write Create Delete Alter Describe ClusterAction DescribeConfigs AlterConfigs IdempotentWrite CreateTokens DescribeTokens TwoPhaseCommit' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    get-offsets)
        options='--bootstrap-server --command-config --topic --partitions --topic-partitions --time --exclude-internal-topics --output --debug --help --version'
        operand='topics'
        case $2 in
        --bootstrap-server | -b) source='-' ;;
        --command-config) source='file' ;;
        --topic | -t) source='topics' ;;
        --partitions | --topic-partitions) source='-' list=1 ;;
        --time) source='=latest earliest max-timestamp earliest-local latest-tiered earliest-pending-upload' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    delete-records)
        options='--bootstrap-server --command-config --offset-json-file --output --debug --help --version'
        operand='file'
        case $2 in
        --bootstrap-server | -b) source='-' ;;
        --command-config | --offset-json-file) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    log-dirs)
        actions='describe'
        options='--describe --bootstrap-server --command-config --topic-list --broker-list --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b) source='-' ;;
        --command-config) source='file' ;;
        --topic-list) source='topics' list=1 ;;
        --broker-list) source='brokers' list=1 ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    leader-election)
        options='--bootstrap-server --command-config --election-type --topic --partition --path-to-json-file --all-topic-partitions --debug --help --version'
        operand='topics'
        case $2 in
        --bootstrap-server | -b | --partition | -p) source='-' ;;
        --command-config | --admin.config | --path-to-json-file) source='file' ;;
        --election-type) source='=preferred unclean' ;;
        --topic | -t) source='topics' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    reassign-partitions)
        actions='generate execute verify cancel list'
        options='--generate --execute --verify --cancel --list --bootstrap-server --bootstrap-controller --command-config --reassignment-json-file --topics-to-move-json-file --broker-list --disable-rack-aware --throttle --replica-alter-log-dirs-throttle --timeout --additional --disallow-replication-factor-change --preserve-throttles --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | --throttle | --replica-alter-log-dirs-throttle | --timeout) source='-' ;;
        --command-config | --reassignment-json-file | --topics-to-move-json-file) source='file' ;;
        --broker-list) source='brokers' list=1 ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    replica-verification)
        options='--bootstrap-server --command-config --fetch-size --max-wait-ms --topics-include --time --report-interval-ms --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --fetch-size | --max-wait-ms | --time | --report-interval-ms) source='-' ;;
        --command-config) source='file' ;;
        --topics-include | --topic-white-list) source='topics' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    transactions)
        actions='list describe describe-producers abort find-hanging forceTerminateTransaction'
        options='--bootstrap-server --command-config --transactional-id --topic --partition --broker-id --start-offset --producer-id --producer-epoch --coordinator-epoch --duration-filter --transactional-id-pattern --max-transaction-timeout --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --partition | -p | --start-offset | --producer-id | --producer-epoch | --coordinator-epoch | --duration-filter | --transactional-id-pattern | --max-transaction-timeout) source='-' ;;
        --command-config) source='file' ;;
        --transactional-id) source='transactions' ;;
        --topic | -t) source='topics' ;;
        --broker-id) source='brokers' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    cluster)
        actions='cluster-id list-endpoints unregister'
        options='--bootstrap-server --bootstrap-controller --command-config --id --include-fenced-brokers --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | -C) source='-' ;;
        --command-config | -c | --config) source='file' ;;
        --id | -i) source='brokers' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    features)
        actions='describe upgrade downgrade disable version-mapping feature-dependencies'
        options='--bootstrap-server --bootstrap-controller --command-config --feature --release-version --unsafe --dry-run --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | --feature | --release-version | -r) source='-' ;;
        --command-config) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    metadata-quorum)
        actions='describe add-controller remove-controller'
        options='--bootstrap-server --bootstrap-controller --command-config --status --replication --human-readable --controller-id --controller-directory-id --dry-run --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller | --controller-id | -i | --controller-directory-id | -d) source='-' ;;
        --command-config) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    metadata-shell)
        options='--snapshot --directory --help --version'
        operand='file'
        case $2 in
        --snapshot | -s | --directory | -d) source='file' ;;
        esac
        ;;
    broker-api-versions)
        options='--bootstrap-server --command-config --bootstrap-controller --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --bootstrap-controller) source='-' ;;
        --command-config) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    client-metrics)
        actions='alter delete describe list'
        options='--alter --delete --describe --list --bootstrap-server --command-config --name --generate-name --interval --match --metrics --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --name | --interval | --match | --metrics) source='-' ;;
        --command-config) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    delegation-tokens)
        actions='create renew expire describe'
        options='--create --renew --expire --describe --bootstrap-server --command-config --owner-principal --renewer-principal --max-life-time-period --renew-time-period --expiry-time-period --hmac --output --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --owner-principal | --renewer-principal | --max-life-time-period | --renew-time-period | --expiry-time-period | --hmac) source='-' ;;
        --command-config) source='file' ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    producer-perf-test)
        options='--bootstrap-server --topic --num-records --record-size --payload-file --payload-delimiter --payload-monotonic --throughput --producer-props --command-config --reporting-interval --warmup-records --transactional-id --transaction-duration-ms --print-metrics --debug --help --version'
        operand='file'
        case $2 in
        --bootstrap-server | -b | --num-records | --record-size | --payload-delimiter | --throughput | --producer-props | --command-property | --producer-property | --reporting-interval | --warmup-records | --transaction-duration-ms) source='-' ;;
        --topic | -t) source='topics' ;;
        --payload-file | --command-config | --producer.config) source='file' ;;
        --transactional-id) source='transactions' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    consumer-perf-test)
        options='--bootstrap-server --topic --include --num-records --group --fetch-size --from-latest --socket-buffer-size --consumer-property --command-config --show-detailed-stats --reporting-interval --timeout --hide-header --print-metrics --date-format --debug --help --version'
        operand='topics'
        case $2 in
        --bootstrap-server | -b | --num-records | --messages | --fetch-size | --socket-buffer-size | --reporting-interval | --timeout | --date-format) source='-' ;;
        --topic | -t | --include) source='topics' ;;
        --group | -G) source='groups' ;;
        --consumer-property | --command-property) source='=allow.auto.create.topics= auto.commit.interval.ms= auto.offset.reset= bootstrap.servers= check.crcs= client.dns.lookup= client.id= client.rack= config.providers= connections.max.idle.ms= default.api.timeout.ms= enable.auto.commit= enable.metrics.push= exclude.internal.topics= fetch.max.bytes= fetch.max.wait.ms= fetch.min.bytes= group.id= group.instance.id= group.protocol= group.remote.assignor= heartbeat.interval.ms= interceptor.classes= isolation.level= key.deserializer= key.serializer= max.partition.fetch.bytes= max.poll.interval.ms= max.poll.records= metadata.max.age.ms= metadata.max.idle.ms= metadata.recovery.rebootstrap.trigger.ms= metadata.recovery.strategy= metric.reporters= metrics.num.samples= metrics.recording.level= metrics.sample.window.ms= partition.assignment.strategy= partitioner.adaptive.partitioning.enable= partitioner.availability.timeout.ms= partitioner.class= receive.buffer.bytes= reconnect.backoff.max.ms= reconnect.backoff.ms= request.timeout.ms= retry.backoff.max.ms= retry.backoff.ms= security.protocol= security.providers= send.buffer.bytes= session.timeout.ms= socket.connection.setup.timeout.max.ms= socket.connection.setup.timeout.ms= transaction.two.phase.commit.enable= value.deserializer= value.serializer=' ;;
        --command-config | --consumer.config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    e2e-latency)
        options='--bootstrap-server --topic --num-records --producer-acks --record-size --record-key-size --num-headers --record-header-key-size --record-header-size --command-config --debug --help --version'
        operand='file'
        case $2 in
        --bootstrap-server | -b | --num-records | --record-size | --record-key-size | --num-headers | --record-header-key-size | --record-header-size) source='-' ;;
        --topic | -t) source='topics' ;;
        --producer-acks) source='=1 all' ;;
        --command-config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    verifiable-producer)
        options='--topic --bootstrap-server --max-messages --throughput --acks --command-config --message-create-time --value-prefix --repeating-keys --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --bootstrap-server | -b | --max-messages | -c | --throughput | --message-create-time | --value-prefix | --repeating-keys) source='-' ;;
        --acks) source='=-1 0 1' ;;
        --command-config | --producer.config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    verifiable-consumer)
        options='--topic --group-id --bootstrap-server --group-instance-id --group-protocol --group-remote-assignor --assignment-strategy --max-messages --session-timeout --verbose --enable-autocommit --reset-policy --command-config --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --group-id) source='groups' ;;
        --bootstrap-server | -b | --group-instance-id | --group-remote-assignor | --max-messages | -c | --session-timeout) source='-' ;;
        --group-protocol) source='=classic consumer' ;;
        --assignment-strategy) source='=RangeAssignor RoundRobinAssignor StickyAssignor CooperativeStickyAssignor' ;;
        --reset-policy) source='=earliest latest none' ;;
        --command-config | --consumer.config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    transactional-message-copier)
        options='--input-topic --input-partition --output-topic --bootstrap-server --max-messages --consumer-group --transaction-size --transaction-timeout --transactional-id --enable-random-aborts --group-mode --use-group-metadata --command-config --debug --help --version'
        case $2 in
        --input-topic | --output-topic) source='topics' ;;
        --input-partition | --bootstrap-server | -b | --max-messages | -c | --transaction-size | --transaction-timeout) source='-' ;;
        --consumer-group) source='groups' ;;
        --transactional-id) source='transactions' ;;
        --command-config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    dump-log)
        options='--files --print-data-log --deep-iteration --skip-record-metadata --offsets-decoder --transaction-log-decoder --cluster-metadata-decoder --share-group-state-decoder --remote-log-metadata-decoder --index-sanity-check --verify-index-only --max-message-size --max-bytes --key-decoder-class --value-decoder-class --help --version'
        operand='file'
        case $2 in
        --files) source='file' ;;
        --max-message-size | --max-bytes) source='-' ;;
        --key-decoder-class | --value-decoder-class) source='?-' ;;
        esac
        ;;
    storage)
        actions='info format check repair version-mapping feature-dependencies random-uuid'
        options='--config --data-dir --cluster-id --ignore-formatted --release-version --feature --add-scram --standalone --no-initial-controllers --initial-controllers --accept-loss --help --version'
        case $2 in
        --config | -c | --data-dir) source='file' ;;
        --cluster-id | -t | --release-version | -r | --feature | -f | --add-scram | -S | --initial-controllers | -I) source='-' ;;
        esac
        ;;
    share-groups)
        actions='list describe delete reset-offsets delete-offsets'
        options='--list --describe --delete --reset-offsets --delete-offsets --bootstrap-server --command-config --group --all-groups --topic --all-topics --offsets --members --verbose --state --timeout --dry-run --execute --export --to-earliest --to-latest --to-datetime --to-offset --to-current --from-file --output --debug --help --version'
        operand='groups'
        case $2 in
        --bootstrap-server | -b | --timeout | --to-datetime | --to-offset) source='-' ;;
        --command-config | --from-file) source='file' ;;
        --group | -G) source='groups' ;;
        --topic | -t) source='topics' ;;
        --state) source='?=Empty Stable Dead' list=1 ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    console-share-consumer)
        options='--topic --bootstrap-server --group --max-messages --timeout-ms --release --reject --reject-message-on-error --property --formatter --formatter-config --key-deserializer --value-deserializer --consumer-property --command-config --enable-systest-events --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --bootstrap-server | -b | --max-messages | -c | --timeout-ms | --key-deserializer | --value-deserializer) source='-' ;;
        --group | -G) source='groups' ;;
        --property | --formatter-property) source='=print.timestamp= print.partition= print.offset= print.delivery= print.epoch= print.headers= print.key= print.value= key.separator= line.separator= headers.separator= null.literal= key.deserializer= value.deserializer= headers.deserializer=' ;;
        --formatter) source='=DefaultMessageFormatter LoggingMessageFormatter NoOpMessageFormatter OffsetsMessageFormatter GroupMetadataMessageFormatter TransactionLogMessageFormatter' ;;
        --formatter-config | --command-config | --consumer.config | --consumer-config) source='file' ;;
        --consumer-property | --command-property) source='=allow.auto.create.topics= auto.commit.interval.ms= auto.offset.reset= bootstrap.servers= check.crcs= client.dns.lookup= client.id= client.rack= config.providers= connections.max.idle.ms= default.api.timeout.ms= enable.auto.commit= enable.metrics.push= exclude.internal.topics= fetch.max.bytes= fetch.max.wait.ms= fetch.min.bytes= group.id= group.instance.id= group.protocol= group.remote.assignor= heartbeat.interval.ms= interceptor.classes= isolation.level= key.deserializer= key.serializer= max.partition.fetch.bytes= max.poll.interval.ms= max.poll.records= metadata.max.age.ms= metadata.max.idle.ms= metadata.recovery.rebootstrap.trigger.ms= metadata.recovery.strategy= metric.reporters= metrics.num.samples= metrics.recording.level= metrics.sample.window.ms= partition.assignment.strategy= partitioner.adaptive.partitioning.enable= partitioner.availability.timeout.ms= partitioner.class= receive.buffer.bytes= reconnect.backoff.max.ms= reconnect.backoff.ms= request.timeout.ms= retry.backoff.max.ms= retry.backoff.ms= security.protocol= security.providers= send.buffer.bytes= session.timeout.ms= socket.connection.setup.timeout.max.ms= socket.connection.setup.timeout.ms= transaction.two.phase.commit.enable= value.deserializer= value.serializer=' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    share-consumer-perf-test)
        options='--bootstrap-server --topic --num-records --group --threads --timeout --fetch-size --socket-buffer-size --reporting-interval --show-detailed-stats --show-consumer-stats --print-metrics --hide-header --date-format --command-property --command-config --debug --help --version'
        operand='topics'
        case $2 in
        --bootstrap-server | -b | --num-records | --threads | --timeout | --fetch-size | --socket-buffer-size | --reporting-interval | --date-format) source='-' ;;
        --topic | -t) source='topics' ;;
        --group | -G) source='groups' ;;
        --command-property | --consumer-property) source='=acks= allow.auto.create.topics= auto.commit.interval.ms= auto.offset.reset= batch.size= bootstrap.servers= buffer.memory= check.crcs= client.dns.lookup= client.id= client.rack= compression.gzip.level= compression.lz4.level= compression.type= compression.zstd.level= config.providers= connections.max.idle.ms= default.api.timeout.ms= delivery.timeout.ms= enable.auto.commit= enable.idempotence= enable.metrics.push= exclude.internal.topics= fetch.max.bytes= fetch.max.wait.ms= fetch.min.bytes= group.id= group.instance.id= group.protocol= group.remote.assignor= heartbeat.interval.ms= interceptor.classes= isolation.level= key.deserializer= key.serializer= linger.ms= max.block.ms= max.in.flight.requests.per.connection= max.partition.fetch.bytes= max.poll.interval.ms= max.poll.records= max.request.size= metadata.max.age.ms= metadata.max.idle.ms= metadata.recovery.rebootstrap.trigger.ms= metadata.recovery.strategy= metric.reporters= metrics.num.samples= metrics.recording.level= metrics.sample.window.ms= partition.assignment.strategy= partitioner.adaptive.partitioning.enable= partitioner.availability.timeout.ms= partitioner.class= partitioner.ignore.keys= receive.buffer.bytes= reconnect.backoff.max.ms= reconnect.backoff.ms= request.timeout.ms= retries= retry.backoff.max.ms= retry.backoff.ms= security.protocol= security.providers= send.buffer.bytes= session.timeout.ms= socket.connection.setup.timeout.max.ms= socket.connection.setup.timeout.ms= transaction.timeout.ms= transaction.two.phase.commit.enable= transactional.id= value.deserializer= value.serializer=' ;;
        --command-config | --consumer.config | --consumer-config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    verifiable-share-consumer)
        options='--topic --group-id --bootstrap-server --max-messages --verbose --acknowledgement-mode --offset-reset-strategy --command-config --debug --help --version'
        operand='topics'
        case $2 in
        --topic | -t) source='topics' ;;
        --group-id) source='groups' ;;
        --bootstrap-server | -b | --max-messages | -c) source='-' ;;
        --acknowledgement-mode) source='=auto sync async' ;;
        --offset-reset-strategy) source='=earliest latest' ;;
        --command-config | --consumer.config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    streams-groups)
        actions='list describe delete reset-offsets delete-offsets'
        options='--list --describe --delete --reset-offsets --delete-offsets --bootstrap-server --command-config --group --all-groups --input-topic --all-input-topics --delete-internal-topic --delete-all-internal-topics --offsets --members --verbose --state --timeout --dry-run --execute --export --to-offset --to-earliest --to-latest --to-current --shift-by --to-datetime --by-duration --from-file --output --debug --help --version'
        operand='groups'
        case $2 in
        --bootstrap-server | -b | --timeout | --to-offset | --shift-by | --to-datetime | --by-duration) source='-' ;;
        --command-config | --from-file) source='file' ;;
        --group | -G) source='groups' ;;
        --input-topic | --delete-internal-topic) source='topics' ;;
        --state) source='?=Empty NotReady Stable Assigning Reconciling Dead' list=1 ;;
        --output) source='=text json' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    streams-application-reset)
        options='--application-id --bootstrap-server --command-config --input-topics --internal-topics --to-earliest --to-latest --to-offset --shift-by --to-datetime --by-duration --from-file --force --dry-run --debug --help --version'
        operand='groups'
        case $2 in
        --application-id) source='groups' ;;
        --bootstrap-server | -b | --to-offset | --shift-by | --to-datetime | --by-duration) source='-' ;;
        --command-config | --config-file | --from-file) source='file' ;;
        --input-topics | --internal-topics) source='topics' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    ready)
        options='--bootstrap-server --command-config --timeout --brokers --debug --help --version'
        case $2 in
        --bootstrap-server | -b | --timeout | -t | --brokers | -n) source='-' ;;
        --command-config) source='file' ;;
        --debug) source='=broker topic metadata protocol msg fetch cgrp eos admin all' ;;
        esac
        ;;
    server-start)
        options='--override --data-dir --listen --ephemeral --log-level --daemon --help --version'
        operand='file'
        case $2 in
        --override | --listen) source='-' ;;
        --data-dir) source='file' ;;
        --log-level) source='=trace debug info notice warning error' ;;
        esac
        ;;
    server-stop)
        options='--process-role --node-id --help --version'
        case $2 in
        --process-role) source='=broker controller' ;;
        --node-id) source='-' ;;
        esac
        ;;
    jmx)
        options='--help --version'
        operand='file'
        ;;
    zookeeper-server-start)
        options='--help --version'
        operand='file'
        ;;
    zookeeper-server-stop)
        options='--help --version'
        operand='file'
        ;;
    zookeeper-shell)
        options='--help --version'
        operand='file'
        ;;
    esac
}

# Offers the lines of standard input that begin with what is typed.
_kafka_offer() {
    local word
    while IFS= read -r word; do
        [[ -z $word || $word != "$value"* ]] || COMPREPLY+=("$head$word")
    done
}

# Candidates for a value: a file, =WORDS, or what the cluster knows; silent when it does not answer at once.
_kafka_values() {
    if [[ -n $list && $value == *,* ]]; then
        head+=${value%,*},
        value=${value##*,}
    fi
    case $1 in
    - | '') ;;
    file)
        compopt -o filenames 2>/dev/null
        _kafka_offer < <(compgen -f -- "$value")
        ;;
    =*) _kafka_offer < <(printf '%s\n' ${1#=}) ;;
    *) _kafka_offer < <("$executable" __complete "$1" "${words[@]}" 2>/dev/null) ;;
    esac
}

_kafka() {
    local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} current='' last='' executable tool start=1 seen='' word
    local head='' value actions options operand source list
    local -a words
    COMPREPLY=()
    read -ra words <<<"$line"
    if [[ $line != *[[:space:]] ]]; then
        current=${words[${#words[@]} - 1]}
        unset "words[$((${#words[@]} - 1))]"
    fi
    [[ ${#words[@]} -gt 0 ]] || return 0
    current=${current#[\"\']}
    value=$current

    executable=${words[0]/#\~/$HOME}
    tool=${executable##*/}
    if [[ $tool == kafka-* ]]; then
        tool=${tool#kafka-}
        tool=${tool%.sh}
        executable=kafka
    else
        tool=${words[1]}
        start=2
    fi
    [[ $tool != topic ]] || tool=topics
    if [[ ${#words[@]} -lt $start || $tool == help && ${#words[@]} -eq 2 ]]; then
        _kafka_offer < <(printf '%s\n' broker shell topics console-producer console-consumer consumer-groups groups configs acls get-offsets delete-records log-dirs leader-election reassign-partitions replica-verification transactions cluster features metadata-quorum metadata-shell broker-api-versions client-metrics delegation-tokens producer-perf-test consumer-perf-test e2e-latency verifiable-producer verifiable-consumer transactional-message-copier dump-log storage share-groups console-share-consumer share-consumer-perf-test verifiable-share-consumer streams-groups streams-application-reset ready server-start server-stop jmx zookeeper-server-start zookeeper-server-stop zookeeper-shell help)
        [[ $current != -* ]] || _kafka_offer < <(printf '%s\n' --help --version)
        return 0
    fi

    [[ ${#words[@]} -eq $start ]] || last=${words[${#words[@]} - 1]}
    if [[ $current == --*=* ]]; then
        _kafka_describe "$tool" "${current%%=*}"
        head=${current%%=*}=
        value=${current#*=}
        [[ -z $source ]] || _kafka_values "${source#\?}"
    else
        _kafka_describe "$tool" "$last"
        if [[ -n $source && ($source != \?* || $current != -*) ]]; then
            _kafka_values "${source#\?}"
        elif [[ $current == -* ]]; then
            _kafka_offer < <(printf '%s\n' $options)
        else
            for word in "${words[@]:start}"; do
                [[ " $actions " != *" ${word#--} "* ]] || seen=1
            done
            if [[ -n $actions && -z $seen ]]; then
                _kafka_offer < <(printf '%s\n' $actions)
            else
                _kafka_values "$operand"
            fi
            [[ ${#COMPREPLY[@]} -gt 0 || -n $current ]] || _kafka_offer < <(printf '%s\n' $options)
        fi
    fi
    # What ends in an equals sign or is the beginning of a list goes on.
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
    # bash replaces only what stands behind the last of its word breaks.
    word=$head$value
    local breaks=${COMP_WORDBREAKS//[^=:]/} index
    if [[ -n $breaks && $word == *["$breaks"]* ]]; then
        word=${word%"${word##*["$breaks"]}"}
        for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]=${COMPREPLY[index]#"$word"}; done
    fi
}

complete -F _kafka kafka kafka-broker kafka-broker.sh kafka-shell kafka-shell.sh kafka-topics kafka-topics.sh kafka-topic kafka-topic.sh kafka-console-producer kafka-console-producer.sh kafka-console-consumer kafka-console-consumer.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-groups kafka-groups.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh kafka-get-offsets kafka-get-offsets.sh kafka-delete-records kafka-delete-records.sh kafka-log-dirs kafka-log-dirs.sh kafka-leader-election kafka-leader-election.sh kafka-reassign-partitions kafka-reassign-partitions.sh kafka-replica-verification kafka-replica-verification.sh kafka-transactions kafka-transactions.sh kafka-cluster kafka-cluster.sh kafka-features kafka-features.sh kafka-metadata-quorum kafka-metadata-quorum.sh kafka-metadata-shell kafka-metadata-shell.sh kafka-broker-api-versions kafka-broker-api-versions.sh kafka-client-metrics kafka-client-metrics.sh kafka-delegation-tokens kafka-delegation-tokens.sh kafka-producer-perf-test kafka-producer-perf-test.sh kafka-consumer-perf-test kafka-consumer-perf-test.sh kafka-e2e-latency kafka-e2e-latency.sh kafka-verifiable-producer kafka-verifiable-producer.sh kafka-verifiable-consumer kafka-verifiable-consumer.sh kafka-transactional-message-copier kafka-transactional-message-copier.sh kafka-dump-log kafka-dump-log.sh kafka-storage kafka-storage.sh kafka-share-groups kafka-share-groups.sh kafka-console-share-consumer kafka-console-share-consumer.sh kafka-share-consumer-perf-test kafka-share-consumer-perf-test.sh kafka-verifiable-share-consumer kafka-verifiable-share-consumer.sh kafka-streams-groups kafka-streams-groups.sh kafka-streams-application-reset kafka-streams-application-reset.sh kafka-ready kafka-ready.sh kafka-server-start kafka-server-start.sh kafka-server-stop kafka-server-stop.sh kafka-jmx kafka-jmx.sh kafka-zookeeper-server-start kafka-zookeeper-server-start.sh kafka-zookeeper-server-stop kafka-zookeeper-server-stop.sh kafka-zookeeper-shell kafka-zookeeper-shell.sh
