// SPDX-License-Identifier: Apache-2.0

extension ManualTopic {
    /// `kafka-cluster.7`
    static let cluster = ManualTopic(
        name: "kafka-cluster", summary: "growing from one node to a cluster of Apache Kafka",
        sections: [danger, before, steps, after, byHand],
        related: [("kafka-storage", 1), ("kafka-metadata-quorum", 1), ("kafka-reassign-partitions", 1)])

    private static let danger = CommandDefinition.Section(
        title: "WARNING",
        blocks: [
            .paragraph(
                """
                The controllers of a cluster elect a leader among themselves, and whoever is elected is right. Two new nodes \
                are a majority of three: started before the node that has the data, or at the same moment, they elect one of \
                themselves, with no topics. The node with the data then follows: it throws its metadata away and renames all \
                its partitions. So the order below is not a matter of taste.
                """),
            .paragraph(
                """
                kafka storage grow says at each step which node is to be started, looks at the cluster before it says so, \
                refuses to go on when nodes without the data lead, and keeps a copy of the metadata. Copy the whole data \
                directory besides if there is room.
                """),
        ])

    private static let before = CommandDefinition.Section(
        title: "BEFORE",
        blocks: [
            .paragraph(
                """
                Apache Kafka 4.0 or later on each machine; its broker reads the data directory as it is. The machines reach \
                each other by the names that are given, at the ports of broker and controller. The files that are written \
                are for listeners without TLS and logins: add those to all files before the first start. Users, access \
                control lists and configurations of topics are in the directory and come along; what stood in the file of \
                the one broker, such as num.partitions, is to be copied into the new ones.
                """)
        ])

    private static let steps = CommandDefinition.Section(
        title: "STEPS",
        blocks: [
            .paragraph("Stop the broker. Then write the files, where kafka-cluster is a new folder:"),
            .example(
                """
                kafka storage grow --data-dir /var/lib/kafka --files kafka-cluster \\
                  --nodes 1@a:9092:9093,2@b:9092:9093,3@c:9092:9093
                """, "Node 1 is the one that has the data, and keeps its id and its directory"),
            .paragraph(
                "Bring each file to its machine, and make the directories of the new nodes ready there, with the id of the cluster:"
            ),
            .example(
                "bin/kafka-storage.sh format -t CLUSTER-ID -c node-2.properties", "The id is in growth.properties"),
            .paragraph(
                """
                Start node 1, then node 2, and nothing else. Clients are served from here on. kafka storage grow --files \
                kafka-cluster waits until node 1 leads and node 2 has read the metadata, and names node 3; only then is it \
                started. The next call gives every partition, those of internal topics too, two more replicas, waits for the \
                copies, and puts leaders on all nodes. With --wait one call goes through all of that, and says when which \
                node is to be started.
                """),
            .paragraph(
                """
                Each call looks anew. After an interruption, of a node or of the tool, call it again. It may be called on any \
                machine that reaches the nodes and has the folder.
                """),
        ])

    private static let after = CommandDefinition.Section(
        title: "AFTERWARDS",
        blocks: [
            .paragraph("Acknowledged records are to be on two nodes at least:"),
            .example(
                "kafka configs --alter --entity-type brokers --entity-default --add-config min.insync.replicas=2",
                "Writes with acks=all are refused while fewer are there"),
            .paragraph(
                """
                The level of the metadata stays as it was; kafka features upgrade --release-version raises it once no node of \
                an older release is to come back.
                """),
        ])

    private static let byHand = CommandDefinition.Section(
        title: "BY HAND",
        blocks: [
            .paragraph(
                """
                The same without the tool: controller.quorum.voters names all three in all three files; format 2 and 3 with \
                the cluster's id; start 1 and 2; wait until kafka metadata-quorum describe --replication shows 1 as leader and \
                2 without lag; start 3; wait for it likewise; reassign all topics, with kafka reassign-partitions; then \
                kafka leader-election --election-type preferred --all-topic-partitions.
                """)
        ])
}
