# SPDX-License-Identifier: Apache-2.0
"""A member of the group `churn` that writes down what it processed, then commits, until SIGTERM:
group_member.py LIBRARY ADDRESS FILE. The file gets a line `partition offset value` for each record."""
import asyncio
import random
import signal
import sys
import time

TOPIC, GROUP = "churned", "churn"
stopping = False


def stop(*_):
    global stopping
    stopping = True


def librdkafka(address, file, strategy):
    from confluent_kafka import Consumer, KafkaException
    classic = {"session.timeout.ms": 2000, "heartbeat.interval.ms": 200, "partition.assignment.strategy": strategy}
    consumer = Consumer({
        "bootstrap.servers": address, "group.id": GROUP, "auto.offset.reset": "earliest", "enable.auto.commit": False,
        "metadata.recovery.strategy": "none", "log_level": 0, "fetch.wait.max.ms": 50,
        "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 100,
        "on_commit": lambda error, _: error and failed(error),
        **({"group.protocol": "consumer"} if strategy == "consumer" else classic)})
    consumer.subscribe([TOPIC])
    behind = False

    def failed(error):
        """Commits again, unless the partitions have gone to another member, who reads them once more."""
        nonlocal behind
        print(error, flush=True)
        behind = error.name() != "_NO_OFFSET"

    while not stopping:
        try:
            messages = [m for m in consumer.consume(random.randint(1, 50), 0.1) if not m.error()]
            for m in messages:
                file.write(b"%d %d %s\n" % (m.partition(), m.offset(), m.value()))
            if messages or behind:
                behind = False
                consumer.commit(asynchronous=random.random() < 0.5)
        except KafkaException as error:
            failed(error.args[0])
    consumer.close()


def kafka_python(address, file, _):
    from kafka import KafkaConsumer
    from kafka.errors import KafkaError
    consumer = KafkaConsumer(
        TOPIC, bootstrap_servers=address, group_id=GROUP, auto_offset_reset="earliest", enable_auto_commit=False,
        session_timeout_ms=2000, heartbeat_interval_ms=200, fetch_max_wait_ms=50, max_poll_records=50,
        reconnect_backoff_ms=10, reconnect_backoff_max_ms=100, retry_backoff_ms=20)
    while not stopping:
        try:
            for messages in consumer.poll(100).values():
                for m in messages:
                    file.write(b"%d %d %s\n" % (m.partition, m.offset, m.value))
                consumer.commit()
        except KafkaError as error:
            print(repr(error), flush=True)
    consumer.close()


async def aiokafka(address, file):
    from aiokafka import AIOKafkaConsumer
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.errors import KafkaError
    while not stopping:
        # One that failed to start can't start again. It offers round robin only, unless told what the others offer.
        consumer = AIOKafkaConsumer(
            TOPIC, bootstrap_servers=address, group_id=GROUP, auto_offset_reset="earliest", enable_auto_commit=False,
            partition_assignment_strategy=[RangePartitionAssignor], session_timeout_ms=2000,
            heartbeat_interval_ms=200, fetch_max_wait_ms=50, retry_backoff_ms=20)
        try:
            await consumer.start()
            break
        except KafkaError as error:
            print(repr(error), flush=True)
            await consumer.stop()
            await asyncio.sleep(0.05)
    else:
        return
    while not stopping:
        try:
            for messages in (await consumer.getmany(timeout_ms=100, max_records=50)).values():
                for m in messages:
                    file.write(b"%d %d %s\n" % (m.partition, m.offset, m.value))
                await consumer.commit()
        except KafkaError as error:
            print(repr(error), flush=True)
            await asyncio.sleep(0.02)
    await consumer.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    library, address, path = sys.argv[1:]
    random.seed(time.time_ns())
    with open(path, "wb", buffering=0) as processed:
        if library == "aiokafka":
            asyncio.run(aiokafka(address, processed))
        elif library == "kafka-python":
            while not stopping:
                try:
                    kafka_python(address, processed, None)
                except Exception as error:
                    # It can't start while the broker is away.
                    print(repr(error), flush=True)
        else:
            librdkafka(address, processed, library.split()[1])
