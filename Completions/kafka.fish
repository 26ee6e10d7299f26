# fish completion for kafka; made by `kafka generate-documentation`
complete -c kafka -f
complete -c kafka -n __fish_use_subcommand -a broker -d 'Run a broker on this machine'
complete -c kafka -n __fish_use_subcommand -a topics -d 'List, create, describe, alter and delete topics'
complete -c kafka -n __fish_use_subcommand -a console-producer -d 'Write the lines of standard input to a topic'
complete -c kafka -n __fish_use_subcommand -a console-consumer -d 'Print the records of topics'
complete -c kafka -n __fish_use_subcommand -a consumer-groups -d 'List and describe consumer groups, delete them, and reset or delete their offsets'
complete -c kafka -n __fish_use_subcommand -a groups -d 'List groups of all types'
complete -c kafka -n __fish_use_subcommand -a configs -d 'Show and change configurations of topics, brokers, users, clients and more'
complete -c kafka -n __fish_use_subcommand -a acls -d 'List, add and remove access control lists'
complete -c kafka -n __fish_use_subcommand -a get-offsets -d 'Show the offsets of partitions: their ends, starts, or at a time'
complete -c kafka -n __fish_use_subcommand -a delete-records -d 'Delete the records of partitions before given offsets'
complete -c kafka -n __fish_use_subcommand -a log-dirs -d 'Show the data directories of brokers and the sizes of partitions, as JSON'
complete -c kafka -n __fish_use_subcommand -a leader-election -d 'Elect new leaders for partitions'
complete -c kafka -n __fish_use_subcommand -a reassign-partitions -d 'Move partitions to other brokers or directories'
complete -c kafka -n __fish_use_subcommand -a transactions -d 'List and describe transactions, and find and abort hanging ones'
complete -c kafka -n __fish_use_subcommand -a cluster -d 'Show a cluster\'s id and its brokers, and unregister brokers'
complete -c kafka -n __fish_use_subcommand -a broker-api-versions -d 'Show which requests each broker supports, and in which versions'
complete -c kafka -n __fish_use_subcommand -a storage -d 'Make random ids for clusters and directories'
complete -c kafka -n __fish_use_subcommand -a dump-log -d 'Print and check the files of a data directory'
complete -c kafka -n __fish_use_subcommand -a features -d 'Show and change the feature levels of a cluster'
complete -c kafka -n __fish_use_subcommand -a metadata-quorum -d 'Show the controllers and how far each has the metadata, and change who they are'
complete -c kafka -n __fish_use_subcommand -a producer-perf-test -d 'Measure how fast records can be written to a topic'
complete -c kafka -n __fish_use_subcommand -a consumer-perf-test -d 'Measure how fast records can be read from a topic'
complete -c kafka -n __fish_use_subcommand -a e2e-latency -d 'Measure how long a record takes from a producer to a consumer'
complete -c kafka -n __fish_use_subcommand -a ready -d 'Wait until a cluster answers'
complete -c kafka -n __fish_use_subcommand -a server-start -d 'Run a broker: another name of kafka broker'
complete -c kafka -n __fish_use_subcommand -a server-stop -d 'Stop the brokers that run on this machine'
complete -c kafka -n __fish_use_subcommand -a jmx -d 'Kafka\'s JMX reader; there is no JVM here'
complete -c kafka -n __fish_use_subcommand -a zookeeper-server-start -d 'Kafka 4 has no ZooKeeper'
complete -c kafka -n __fish_use_subcommand -a zookeeper-server-stop -d 'Kafka 4 has no ZooKeeper'
complete -c kafka -n __fish_use_subcommand -a zookeeper-shell -d 'Kafka 4 has no ZooKeeper'
complete -c kafka -n '__fish_seen_subcommand_from broker' -l override -d 'Set a broker property; wins over the file' -x
complete -c kafka -n '__fish_seen_subcommand_from broker' -l data-dir -d 'Keep the data here (default $XDG_DATA_HOME/kafka)' -x -F
complete -c kafka -n '__fish_seen_subcommand_from broker' -l listen -d 'Listen here (default 127.0.0.1:9092); port 0 takes a free one' -x
complete -c kafka -n '__fish_seen_subcommand_from broker' -l ephemeral -d 'Keep the data in a temporary directory that is gone afterwards'
complete -c kafka -n '__fish_seen_subcommand_from broker' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from broker' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from topics' -a list -d 'List topics'
complete -c kafka -n '__fish_seen_subcommand_from topics' -a describe -d 'Show partitions, leaders, replicas and changed configurations'
complete -c kafka -n '__fish_seen_subcommand_from topics' -a create -d 'Create a topic'
complete -c kafka -n '__fish_seen_subcommand_from topics' -a alter -d 'Add partitions to a topic'
complete -c kafka -n '__fish_seen_subcommand_from topics' -a delete -d 'Delete topics'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l list -d 'List topics'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l describe -d 'Show partitions, leaders, replicas and changed configurations'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l create -d 'Create a topic'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l alter -d 'Add partitions to a topic'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l delete -d 'Delete topics'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from topics' -l topic -d 'Name; for all but --create also a regular expression, or names with commas' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l topic-id -d 'Describe the topic with this id' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l partitions -d 'How many partitions the topic is to have [create: the cluster\'s default]' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l replication-factor -d 'Replicas of each partition [the cluster\'s default]' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l replica-assignment -d 'Brokers of each partition: 1:2,2:3 puts partition 0 on 1 and 2, 1 on 2 and 3' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l config -d 'Configuration of the new topic; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l under-replicated-partitions -d 'Describe only partitions that lack in-sync replicas'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l unavailable-partitions -d 'Describe only partitions without a leader that is alive'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l under-min-isr-partitions -d 'Describe only partitions with fewer in-sync replicas than required'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l at-min-isr-partitions -d 'Describe only partitions with exactly the in-sync replicas required'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l topics-with-overrides -d 'Describe only topics with configurations of their own'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l if-exists -d 'Do nothing, successfully, when the topic does not exist'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l if-not-exists -d 'Do nothing, successfully, when the topic exists already'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l exclude-internal -d 'Leave internal topics such as __consumer_offsets out'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l partition-size-limit-per-response -d 'Partitions to ask for in one request [2000]' -x
complete -c kafka -n '__fish_seen_subcommand_from topics' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from topics' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l topic -d 'Topic to write to' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l compression-codec -d 'none, gzip, snappy, lz4 or zstd; gzip when no codec is named [none]' -a 'none gzip snappy lz4 zstd'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l property -d 'How lines are read: parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator, null.marker, ignore.error; may be repeated' -x -a 'parse.key= parse.headers= key.separator= headers.delimiter= headers.separator= headers.key.separator= ignore.error= null.marker= topic='
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l reader-config -d 'File with such properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l producer-property -d 'Property of the client, such as acks=all; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l sync -d 'Wait for each line to be acknowledged before the next is sent'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l request-required-acks -d 'Replicas that must have a line: all or -1, 1, 0 [all]' -x -a 'all -1 1 0'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l batch-size -d 'Bytes to gather for one partition before sending' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l max-partition-memory-bytes -d 'The same; wins over --batch-size' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l timeout -d 'Longest wait for a batch to fill (linger.ms)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l message-send-max-retries -d 'Times a batch is sent again (retries)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l retry-backoff-ms -d 'Wait before sending again (retry.backoff.ms)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l request-timeout-ms -d 'Wait for an acknowledgement (request.timeout.ms)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l metadata-expiry-ms -d 'How long to believe what is known of the cluster (metadata.max.age.ms)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l max-block-ms -d 'Longest wait for the topic or for room in the buffer (max.block.ms)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l max-memory-bytes -d 'Memory for lines that are not yet sent (buffer.memory)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l socket-buffer-size -d 'Send buffer of the socket (send.buffer.bytes)' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l line-reader -d 'Only Kafka\'s LineMessageReader is known' -x
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from console-producer' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l topic -d 'Topic to read' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l include -d 'Read all topics whose names match' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l partition -d 'Read only this partition, from --offset or its end' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l offset -d 'Where to begin in the partition: a number, earliest or latest [latest]' -x -a 'earliest latest'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l from-beginning -d 'Begin with the oldest record, unless the group has offsets already'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l max-messages -d 'End after this many records' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l timeout-ms -d 'End when no record came for this long' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l group -d 'Read as a member of this group and commit its offsets' -x -a '(kafka complete groups 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l property -d 'How records are printed: print.key, print.value, print.headers, print.timestamp, print.offset, print.partition, print.epoch (true or false), key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer; may be repeated' -x -a 'print.timestamp= print.partition= print.offset= print.delivery= print.epoch= print.headers= print.key= print.value= key.separator= line.separator= headers.separator= null.literal= key.deserializer= value.deserializer= headers.deserializer='
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l formatter -d 'One of Kafka\'s formatters [DefaultMessageFormatter]' -x -a 'DefaultMessageFormatter LoggingMessageFormatter NoOpMessageFormatter OffsetsMessageFormatter GroupMetadataMessageFormatter TransactionLogMessageFormatter'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l formatter-config -d 'File with properties of the formatter' -x -F
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l key-deserializer -d 'Kafka\'s class for keys, such as LongDeserializer' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l value-deserializer -d 'Kafka\'s class for values, such as StringDeserializer' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l isolation-level -d 'read_committed leaves out what is not committed [read_uncommitted]' -x -a 'read_committed read_uncommitted'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l skip-message-on-error -d 'Go on after a record that can\'t be printed'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l consumer-property -d 'Property of the client; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l enable-systest-events -d 'Print when the consumer stops, for Kafka\'s system tests'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from console-consumer' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -a list -d 'List groups, with --state or --type in a table'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -a describe -d 'Show offsets and lag, members or state of groups'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -a delete -d 'Delete groups'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -a reset-offsets -d 'Plan or (with --execute) make new offsets for a group without members'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -a delete-offsets -d 'Delete a group\'s offsets of topics'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l list -d 'List groups, with --state or --type in a table'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l describe -d 'Show offsets and lag, members or state of groups'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l delete -d 'Delete groups'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l reset-offsets -d 'Plan or (with --execute) make new offsets for a group without members'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l delete-offsets -d 'Delete a group\'s offsets of topics'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l group -d 'Group to act on; may be repeated' -x -a '(kafka complete groups 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l all-groups -d 'Act on all groups'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l topic -d 'Topic, or TOPIC:0,1,2 for some of its partitions; may be repeated' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l all-topics -d 'Reset all topics that the group has offsets of'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l offsets -d 'Describe offsets and lag (what --describe does by default)'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l members -d 'Describe the members'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l verbose -d 'Describe more: assignments of members, epochs'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l state -d 'List with states, or only groups in STATES; describe the state' -a 'PreparingRebalance CompletingRebalance Stable Dead Empty Assigning Reconciling'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l type -d 'List with types, or only groups of TYPES' -a 'classic consumer'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l timeout -d 'Longest wait for a group to settle [5000]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l dry-run -d 'Only show the new offsets'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l execute -d 'Make the new offsets'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l export -d 'Print the new offsets as CSV, for --from-file'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l to-offset -d 'New offset: this one' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l to-earliest -d 'New offset: the oldest record'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l to-latest -d 'New offset: the end'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l to-current -d 'New offset: the current one, or the end where there is none'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l shift-by -d 'New offset: N records on, or back if negative' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l to-datetime -d 'New offset: of a time, such as 2026-01-31T08:00:00.000' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l by-duration -d 'New offset: of so long ago, such as P1DT2H30M' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l from-file -d 'New offsets from a CSV file: topic,partition,offset' -x -F
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from consumer-groups' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from groups' -a list -d 'List groups'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l list -d 'List groups'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from groups' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from groups' -l group-type -d 'Only groups of this type' -x -a 'classic consumer share streams'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l protocol -d 'Only groups of this protocol type, such as consumer' -x
complete -c kafka -n '__fish_seen_subcommand_from groups' -l consumer -d 'Only groups that consumers use'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l share -d 'Only share groups'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l streams -d 'Only streams groups'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from groups' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from configs' -a describe -d 'Show configurations'
complete -c kafka -n '__fish_seen_subcommand_from configs' -a alter -d 'Change configurations'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l describe -d 'Show configurations'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l alter -d 'Change configurations'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from configs' -l entity-type -d 'topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups' -x -a 'topics clients users brokers ips broker-loggers client-metrics groups'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l entity-name -d 'Name of the entity of --entity-type' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l entity-default -d 'What holds for all entities of the type that have nothing of their own'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l all -d 'Describe everything, not only what was changed'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l add-config -d 'Set: a=1,b=[2,3]; brackets hold commas together' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l add-config-file -d 'Set what a properties file says' -x -F
complete -c kafka -n '__fish_seen_subcommand_from configs' -l delete-config -d 'Remove, with commas' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l topic -d 'Short for --entity-type topics --entity-name' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l client -d 'Short for --entity-type clients --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l client-defaults -d 'Short for --entity-type clients --entity-default'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l user -d 'Short for --entity-type users --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l user-defaults -d 'Short for --entity-type users --entity-default'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l broker -d 'Short for --entity-type brokers --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l broker-defaults -d 'Short for --entity-type brokers --entity-default'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l broker-logger -d 'Short for --entity-type broker-loggers --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l ip -d 'Short for --entity-type ips --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l ip-defaults -d 'Short for --entity-type ips --entity-default'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l group -d 'Short for --entity-type groups --entity-name' -x -a '(kafka complete groups 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l client-metrics -d 'Short for --entity-type client-metrics --entity-name' -x
complete -c kafka -n '__fish_seen_subcommand_from configs' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from configs' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from acls' -a list -d 'List what is allowed and denied'
complete -c kafka -n '__fish_seen_subcommand_from acls' -a add -d 'Allow or deny something'
complete -c kafka -n '__fish_seen_subcommand_from acls' -a remove -d 'Remove what was allowed or denied'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l list -d 'List what is allowed and denied'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l add -d 'Allow or deny something'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l remove -d 'Remove what was allowed or denied'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from acls' -l topic -d 'Topic, or * for all; may be repeated' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l group -d 'Group, or * for all; may be repeated' -x -a '(kafka complete groups 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l cluster -d 'The cluster itself'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l transactional-id -d 'Transactional id, or * for all; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l delegation-token -d 'Delegation token, or * for all; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l user-principal -d 'User whose tokens are meant; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l resource-pattern-type -d 'literal, or prefixed for all names that begin so; to list and remove also any and match [literal]' -x -a 'any match literal prefixed'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l operation -d 'What is allowed or denied: Read, Write, All …; may be repeated [All]' -x -a 'All Read Write Create Delete Alter Describe ClusterAction DescribeConfigs AlterConfigs IdempotentWrite CreateTokens DescribeTokens TwoPhaseCommit'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l allow-principal -d 'Who is allowed: User:alice; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l deny-principal -d 'Who is denied: User:eve; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l allow-host -d 'From where it is allowed; may be repeated [*]' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l deny-host -d 'From where it is denied; may be repeated [*]' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l principal -d 'List only what is said of these; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from acls' -l producer -d 'All that a producer needs on --topic: Write, Describe, Create'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l consumer -d 'All that a consumer needs on --topic and --group: Read, Describe'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l idempotent -d 'With --producer: idempotent writes, which brokers before Kafka 3.0 want allowed'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l force -d 'Remove without asking'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from acls' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l topic -d 'Topics, as a regular expression [all]' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l partitions -d 'Partitions, with commas [all]' -x
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l topic-partitions -d 'Patterns with commas, TOPIC:PARTITIONS, where PARTITIONS is 3, 0-3 (3 excluded), 5- or -3' -x
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l time -d 'latest or -1, earliest or -2, max-timestamp or -3, earliest-local or -4, latest-tiered or -5, or milliseconds since 1970 [latest]' -x -a 'latest earliest max-timestamp earliest-local latest-tiered'
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l exclude-internal-topics -d 'Leave internal topics such as __consumer_offsets out'
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from get-offsets' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from delete-records' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from delete-records' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from delete-records' -l offset-json-file -d 'JSON: {"partitions":[{"topic":"orders","partition":0,"offset":10}],"version":1}; offset -1 is the end' -x -F
complete -c kafka -n '__fish_seen_subcommand_from delete-records' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from delete-records' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -a describe -d 'Show directories and partitions'
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l describe -d 'Show directories and partitions'
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l topic-list -d 'Only these topics, with commas' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l broker-list -d 'Only these brokers, with commas' -x
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from log-dirs' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l election-type -d 'preferred, or unclean if no in-sync replica is left (loses records)' -x -a 'preferred unclean'
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l topic -d 'Topic of the partition' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l partition -d 'The partition of --topic' -x
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l path-to-json-file -d 'JSON: {"partitions":[{"topic":"orders","partition":0}]}' -x -F
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l all-topic-partitions -d 'All partitions that need it'
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from leader-election' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -a generate -d 'Propose a plan for topics and brokers'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -a execute -d 'Start what a plan says'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -a verify -d 'Show how far a plan is, and remove throttles when it is done'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -a cancel -d 'Stop what a plan started'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -a list -d 'Show what is under way'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l generate -d 'Propose a plan for topics and brokers'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l execute -d 'Start what a plan says'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l verify -d 'Show how far a plan is, and remove throttles when it is done'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l cancel -d 'Stop what a plan started'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l list -d 'Show what is under way'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l reassignment-json-file -d 'The plan, as --generate proposes it' -x -F
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l topics-to-move-json-file -d 'Generate for: {"topics":[{"topic":"orders"}]}' -x -F
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l broker-list -d 'Generate for these brokers, with commas' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l disable-rack-aware -d 'Generate without regard to racks'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l throttle -d 'Bytes a second to move between brokers at most [-1: no limit]' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l replica-alter-log-dirs-throttle -d 'Bytes a second between directories at most [-1]' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l timeout -d 'Longest wait for a move between directories to start [10000]' -x
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l additional -d 'Execute beside what is under way already'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l preserve-throttles -d 'Leave throttles as they are'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from reassign-partitions' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a list -d 'List transactional ids with their coordinators and states'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a describe -d 'Show one transaction'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a describe-producers -d 'Show the producers that a partition knows of'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a abort -d 'Abort a hanging transaction of a partition'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a find-hanging -d 'Find transactions that no coordinator will end'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -a forceTerminateTransaction -d 'End the ongoing transaction of a transactional id'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l transactional-id -d 'The transaction to describe or to end' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l topic -d 'Topic of the partition, or where to look for hanging transactions' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l partition -d 'The partition of --topic' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l broker-id -d 'Ask this replica instead of the leader; look for hanging transactions there' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l start-offset -d 'Where the transaction to abort starts' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l producer-id -d 'Abort: the producer, for brokers before Kafka 3.0' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l producer-epoch -d 'Abort: its epoch' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l coordinator-epoch -d 'Abort: the epoch of its coordinator' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l duration-filter -d 'List only transactions that run longer' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l transactional-id-pattern -d 'List only transactional ids that match' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l max-transaction-timeout -d 'Hanging is what is older than this [15]' -x
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from transactions' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -a cluster-id -d 'Show the id of the cluster'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -a list-endpoints -d 'Show the addresses of brokers or controllers'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -a unregister -d 'Forget a broker that is gone for good'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l id -d 'The broker to unregister' -x
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l include-fenced-brokers -d 'List brokers that are registered but fenced as well'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from cluster' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from broker-api-versions' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from broker-api-versions' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from broker-api-versions' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from broker-api-versions' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from broker-api-versions' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from storage' -a random-uuid -d 'Print a random id'
complete -c kafka -n '__fish_seen_subcommand_from storage' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from storage' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l files -d 'Files to print, with commas: .log, .index, .timeindex, .snapshot, .txnindex, .checkpoint' -x -F
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l print-data-log -d 'Print keys and values as well'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l deep-iteration -d 'Print records, not only batches'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l skip-record-metadata -d 'Print only keys and values of records'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l offsets-decoder -d 'Print the records of __consumer_offsets as JSON'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l transaction-log-decoder -d 'Print the records of __transaction_state as JSON'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l cluster-metadata-decoder -d 'Print the records of __cluster_metadata as JSON'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l share-group-state-decoder -d 'Print the records of __share_group_state as JSON'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l remote-log-metadata-decoder -d 'Not supported'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l index-sanity-check -d 'Only check that indexes are usable'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l verify-index-only -d 'Only check indexes against their log'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l max-message-size -d 'Accepted for Kafka\'s sake; batches may have any size' -x
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l max-bytes -d 'Read so much of a log at most' -x
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l key-decoder-class -d 'Kafka\'s decoder for keys, such as StringDecoder'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l value-decoder-class -d 'Kafka\'s decoder for values, such as LongDecoder'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from dump-log' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from features' -a describe -d 'Show supported and current levels'
complete -c kafka -n '__fish_seen_subcommand_from features' -a upgrade -d 'Raise levels'
complete -c kafka -n '__fish_seen_subcommand_from features' -a downgrade -d 'Lower levels'
complete -c kafka -n '__fish_seen_subcommand_from features' -a disable -d 'Lower levels to 0'
complete -c kafka -n '__fish_seen_subcommand_from features' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from features' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from features' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from features' -l feature -d 'Feature and level; to disable only the name; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from features' -l unsafe -d 'Downgrade even if metadata is lost'
complete -c kafka -n '__fish_seen_subcommand_from features' -l dry-run -d 'Only check whether it could be done'
complete -c kafka -n '__fish_seen_subcommand_from features' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from features' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -a describe -d 'Show the quorum, with --status or --replication'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -a remove-controller -d 'Take a controller out of the quorum'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l bootstrap-controller -d 'Controllers to ask instead of brokers' -x
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l status -d 'Describe leader, voters and lag'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l replication -d 'Describe each replica'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l human-readable -d 'With --replication: times as milliseconds ago'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l controller-id -d 'The controller to remove' -x
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l controller-directory-id -d 'Its directory' -x
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l dry-run -d 'Only say what would be done'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from metadata-quorum' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l topic -d 'Topic to write to' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l num-records -d 'How many records to write' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l record-size -d 'Size of each record\'s value, of random letters' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l payload-file -d 'Take values from the lines of a file, in random order' -x -F
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l payload-delimiter -d 'What separates the values of --payload-file [newline]' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l payload-monotonic -d 'Values are the numbers 0, 1, 2 …'
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l throughput -d 'Records a second at most; -1 for no limit [-1]' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l producer-props -d 'Properties of the client; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l reporting-interval -d 'Print intermediate results so often [5000]' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l warmup-records -d 'Records before those that are measured [0]' -x
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from producer-perf-test' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l topic -d 'Topic to read' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l num-records -d 'How many records to read' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l group -d 'Group to read as [perf-consumer-…]' -x -a '(kafka complete groups 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l fetch-size -d 'Bytes of a partition in one request [1048576]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l from-latest -d 'Begin at the end, unless the group has offsets'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l socket-buffer-size -d 'Receive buffer of the socket' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l consumer-property -d 'Property of the client; may be repeated' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l show-detailed-stats -d 'Print intermediate results'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l reporting-interval -d 'How often to print them [5000]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l timeout -d 'End when no record came for so long [10000]' -x
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l hide-header -d 'Print no header'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from consumer-perf-test' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l topic -d 'Topic to write to and read from' -x -a '(kafka complete topics 2>/dev/null)'
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l num-records -d 'How many records, one after the other' -x
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l producer-acks -d '1 or all' -x -a '1 all'
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l record-size -d 'Size of each record\'s value' -x
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l command-config -d 'File with client properties' -x -F
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from e2e-latency' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from ready' -l bootstrap-server -d 'Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]' -x
complete -c kafka -n '__fish_seen_subcommand_from ready' -l command-config -d 'File with client properties, such as security.protocol' -x -F
complete -c kafka -n '__fish_seen_subcommand_from ready' -l timeout -d 'Give up after so long, with status 1 [30]' -x
complete -c kafka -n '__fish_seen_subcommand_from ready' -l brokers -d 'Brokers that must be there [1]' -x
complete -c kafka -n '__fish_seen_subcommand_from ready' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from ready' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l override -d 'Set a broker property; wins over the file' -x
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l data-dir -d 'Keep the data here (default $XDG_DATA_HOME/kafka)' -x -F
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l listen -d 'Listen here (default 127.0.0.1:9092); port 0 takes a free one' -x
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l ephemeral -d 'Keep the data in a temporary directory that is gone afterwards'
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l daemon -d 'Not supported: use nohup, systemd or a container'
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from server-start' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from server-stop' -l process-role -d 'broker or controller; a broker here is both' -x
complete -c kafka -n '__fish_seen_subcommand_from server-stop' -l node-id -d 'Not supported: stop one broker with kill and its process id' -x
complete -c kafka -n '__fish_seen_subcommand_from server-stop' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from server-stop' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from jmx' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from jmx' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-server-start' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-server-start' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-server-stop' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-server-stop' -l version -d 'Show the version'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-shell' -l help -d 'Show this help'
complete -c kafka -n '__fish_seen_subcommand_from zookeeper-shell' -l version -d 'Show the version'
