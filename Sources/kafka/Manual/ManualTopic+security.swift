// SPDX-License-Identifier: Apache-2.0

import KafkaClient

extension ManualTopic {
    /// `kafka-security.7`
    static let security = ManualTopic(
        name: "kafka-security", summary: "how the tools reach secured clusters, and where secrets go",
        sections: [
            description, kinds, namedClusters, references, order, protection, properties, faults, cryptography, limits,
            files,
        ],
        related: [("kafka", 1), ("kafka-clusters", 1), ("kafka-doctor", 1), ("kafka-acls", 1), ("kafka-broker", 1)])

    private static let description = CommandDefinition.Section(
        title: "DESCRIPTION",
        blocks: [
            .paragraph(
                """
                Every tool takes the properties files that Apache Kafka's tools take, under Java's names and under those \
                of librdkafka, with --command-config FILE. A cluster may also have a name, so that nothing else need be \
                typed: kafka --cluster staging topics --list.
                """)
        ])

    private static let kinds = CommandDefinition.Section(
        title: "THE USUAL CLUSTERS",
        blocks: [
            .paragraph(
                "What stands in the file for each; the same lines may stand in a section of the file of clusters."),
            .example(
                """
                bootstrap.servers=pkc-12345.eu-central-1.aws.confluent.cloud:9092
                security.protocol=SASL_SSL
                sasl.mechanism=PLAIN
                sasl.username=API-KEY
                sasl.password=${env:CONFLUENT_SECRET}
                """, "Confluent Cloud, with a key of the cluster"),
            .example(
                """
                bootstrap.servers=b-1.example.abc123.c2.kafka.eu-central-1.amazonaws.com:9098
                security.protocol=SASL_SSL
                sasl.mechanism=AWS_MSK_IAM
                """, "Amazon MSK with IAM; keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or ~/.aws"),
            .paragraph(
                "On MSK port 9096 takes SCRAM-SHA-512 with user and password instead, and port 9094 certificates of clients."
            ),
            .example(
                """
                bootstrap.servers=example-project.aivencloud.com:12345
                security.protocol=SSL
                ssl.ca.location=/home/me/aiven/ca.pem
                ssl.certificate.location=/home/me/aiven/service.cert
                ssl.key.location=/home/me/aiven/service.key
                """, "Aiven, with the three files of its console"),
            .example(
                """
                bootstrap.servers=my-cluster-kafka-bootstrap.kafka.svc:9093
                security.protocol=SASL_SSL
                sasl.mechanism=SCRAM-SHA-512
                sasl.username=my-user
                sasl.password=${file:/secrets/my-user/password}
                ssl.ca.location=/secrets/my-cluster-cluster-ca-cert/ca.crt
                """, "Strimzi, with the secrets of a KafkaUser and of the cluster's authority mounted"),
            .example(
                """
                bootstrap.servers=broker1:9093,broker2:9093
                security.protocol=SASL_SSL
                ssl.truststore.location=/etc/kafka/client.truststore.jks
                ssl.truststore.password=changeit
                sasl.mechanism=SCRAM-SHA-512
                sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
                  username="alice" password="${command:pass show kafka/alice}";
                """, "A cluster of one's own, as guides for Java write it"),
            .paragraph(
                """
                The command of the last one is followed in the file of clusters alone, see REFERENCES. Stores may be JKS, \
                PKCS#12 or PEM, whatever they are called: their content tells. Without a store the system's authorities \
                are trusted.
                """),
        ])

    private static let namedClusters = CommandDefinition.Section(
        title: "NAMED CLUSTERS",
        blocks: [
            .paragraph(
                """
                They stand in ~/.config/kafka/config: a section for each, headed by its name in brackets, with properties \
                as Java writes them. Names have letters, digits, points, underscores and hyphens. Before the first section \
                current = NAME says which one is used where nobody names one; kafka clusters use NAME writes it, and \
                leaves all other lines as they are.
                """),
            .example(
                """
                current = local

                [local]
                bootstrap.servers = localhost:9092

                # Ask Ann for a login.
                [production]
                description = the shop
                protected = true
                bootstrap.servers = broker1:9093,broker2:9093
                security.protocol = SASL_SSL
                sasl.mechanism = SCRAM-SHA-512
                sasl.username = me
                sasl.password = ${file:~/.kafka-production}
                """, "A file of two"),
            .item("description", "A word for kafka clusters list."),
            .item("protected", "true has everything confirmed that destroys something; see PROTECTED CLUSTERS."),
            .paragraph(
                """
                A cluster is named by kafka --cluster NAME TOOL, by --cluster-profile NAME behind the tool (which may be \
                shortened to --cluster where the tool has no such option of its own), or by $KAFKA_CLUSTER.
                """),
        ])

    private static let references = CommandDefinition.Section(
        title: "REFERENCES",
        blocks: [
            .paragraph(
                """
                The value of a property may say where a secret is. Such references are followed when a tool connects, and \
                not before; what they lead to is never printed, and no error shows it.
                """),
            .item("${env:NAME}", "The environment variable NAME."),
            .item("${file:PATH}", "The content of a file, without the ends of its last lines. ~/ is the home."),
            .item("${file:PATH:KEY}", "The property KEY of a properties file, as Kafka's FileConfigProvider has it."),
            .item("${directory:PATH:FILE}", "The content of a file in a directory, as DirectoryConfigProvider has it."),
            .item(
                "${credential:NAME}",
                "A credential that systemd has given the process, with LoadCredential=NAME:… in its unit."),
            .item(
                "${command:WORDS}",
                """
                What a command prints, run by /bin/sh with nothing on its standard input. Only the file of clusters and \
                the command line may hold such: a properties file may come from somebody else.
                """),
            .item("-", "As the whole value of a password: it is asked for at the terminal."),
            .paragraph(
                """
                Where config.providers.WORD.class names one of Kafka's own providers, WORD does as well. Everything else \
                in braces is left as it is. The same may stand for the password of --add-config of kafka configs and \
                --add-scram of kafka storage, and for --hmac of kafka delegation-tokens.
                """),
            .paragraph(
                """
                A secret that is typed on the command line can be seen by every user of the machine in the list of \
                processes, and stays in the history of the shell. In kafka shell it does neither.
                """),
        ])

    private static let order = CommandDefinition.Section(
        title: "WHAT COUNTS",
        blocks: [
            .paragraph("What is said in several places is taken from the first of these:"),
            .item("1", "An option of its own, such as --bootstrap-server or --group."),
            .item(
                "2", "--command-property, and --producer-property and --consumer-property where Kafka's tool has them."),
            .item("3", "The file of --command-config, of --producer.config, --consumer.config and the like."),
            .item("4", "The named cluster: of the command line, of $KAFKA_CLUSTER, or the current one."),
            .item("5", "Without a named cluster: the file of $KAFKA_COMMAND_CONFIG, then $KAFKA_BOOTSTRAP_SERVERS."),
            .paragraph(
                """
                A cluster that was not named on the command line is left out as a whole where the command line, or its \
                file, gives an address: the password of one cluster never goes to another. A name and an address on the \
                command line go together, for clusters that are reached through a tunnel.
                """),
        ])

    private static let protection = CommandDefinition.Section(
        title: "PROTECTED CLUSTERS",
        blocks: [
            .paragraph(
                """
                On a cluster with protected = true these ask for its name at a terminal, and are refused elsewhere unless \
                --yes is given: topics --delete; delete-records; consumer-groups, share-groups and streams-groups with \
                --delete, --delete-offsets or --reset-offsets --execute; streams-application-reset; acls --remove; configs \
                --alter with --delete-config, --add-config-file, or settings of retention or cleanup; reassign-partitions \
                --execute; leader-election of unclean leaders; transactions abort and forceTerminateTransaction; features \
                downgrade and disable; cluster unregister; metadata-quorum remove-controller; client-metrics --delete; \
                delegation-tokens --expire.
                """),
            .paragraph(
                "The cluster is protected as well where only one of its addresses is given, instead of its name."),
        ])

    private static let properties = CommandDefinition.Section(
        title: "PROPERTIES",
        blocks: [
            .paragraph(
                "Those of encryption and logins. A default stands in brackets. A property of Java's and one of librdkafka's "
                    + "that mean the same may both be given if they agree.")
        ]
            + ClientConfiguration.definitions.filter { definition in
                ["security.protocol", "ssl.", "sasl.", "enable.ssl", "enable.sasl", "https."].contains {
                    definition.name.hasPrefix($0)
                }
            }.map { definition in
                let value = definition.defaultValue.map { " [\($0)]" } ?? ""
                return .item(definition.name, definition.documentation + value)
            })

    private static let faults = CommandDefinition.Section(
        title: "WHEN IT DOES NOT WORK",
        blocks: [
            .paragraph(
                """
                kafka doctor goes through every step, from the name of a host to a record of a topic, and prints the cause \
                and a cure of the first that fails. kafka clusters check tries all named clusters. --debug broker of any \
                tool tells what it does.
                """)
        ])

    private static let cryptography = CommandDefinition.Section(
        title: "CRYPTOGRAPHY",
        blocks: [
            .item("TLS", "swift-nio-ssl, with the BoringSSL that it brings."),
            .item(
                "Digests, HMAC, PBKDF2, signatures, keys",
                "swift-crypto, with the BoringSSL that it brings; for SCRAM, tokens, and key stores."),
            .item(
                "Certificates",
                "swift-certificates and swift-asn1, for what they say and whether they are to be trusted."),
            .item("Kerberos", "The system's libgssapi, loaded when it is asked for."),
        ])

    private static let limits = CommandDefinition.Section(
        title: "LIMITS",
        blocks: [
            .paragraph(
                """
                Revocation lists (ssl.crl.location) are refused, and OCSP is not asked. Java classes that properties name \
                are known if they are Kafka's own. References in the configurations of brokers, topics and connectors are \
                for those to follow: kafka configs passes them on as they are. A command of a reference has no time limit. \
                In completion no command runs and nobody is asked, so that a cluster whose password needs that offers \
                nothing.
                """)
        ])

    private static let files = CommandDefinition.Section(
        title: "FILES",
        blocks: [
            .item(
                "~/.config/kafka/config",
                """
                The named clusters. $XDG_CONFIG_HOME stands for ~/.config where it is set, and $KAFKA_CONFIG for the whole \
                path. A file that holds a secret and that others can read is warned of: chmod 600.
                """)
        ])
}
