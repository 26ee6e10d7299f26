# SPDX-License-Identifier: Apache-2.0
"""Reads `input`, writes each value to `output`, and commits the offsets in the same transaction, until it is killed:
transformer.py LIBRARY ADDRESS NAME PARTITION. Some transactions are aborted; their records begin with "aborted".

Status 0 says that another program with the same transactional id took over. Anything else that fails is tried again
from the committed offsets.
"""
import asyncio
import random
import sys
import time

GROUP, PARTITIONS, TIMEOUT = "transformers", 3, 4000


def out_partition(value):
    return int(value.split()[0]) // 7 % PARTITIONS


def librdkafka(address, name, _, protocol):
    """One id for each program; the group's generation fences (KIP-447)."""
    from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
    both = {"bootstrap.servers": address, "metadata.recovery.strategy": "none", "log_level": 0,
            "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 100}
    timeout = {"session.timeout.ms": 2000, "heartbeat.interval.ms": 200} if protocol == "classic" else {}
    while True:
        consumer = Consumer({
            **both, **timeout, "group.id": GROUP, "group.protocol": protocol, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "isolation.level": "read_committed", "fetch.wait.max.ms": 50})
        producer = Producer({
            **both, "transactional.id": name, "transaction.timeout.ms": TIMEOUT, "linger.ms": 1})
        try:
            producer.init_transactions(30)
            revoked = []
            consumer.subscribe(["input"], on_revoke=lambda _, places: revoked.extend(places))
            while True:
                revoked.clear()
                messages = [m for m in consumer.consume(random.randint(1, 40), 0.1) if not m.error()]
                if not messages:
                    continue
                if revoked:
                    break  # The messages may be of a partition that another member has now.
                producer.begin_transaction()
                aborts = random.random() < 0.15
                for m in messages:
                    value = b"aborted" if aborts else m.value() + b" %d" % m.partition()
                    producer.produce("output", value, partition=out_partition(m.value()))
                offsets = {m.partition(): m.offset() + 1 for m in messages}
                producer.send_offsets_to_transaction(
                    [TopicPartition("input", *offset) for offset in offsets.items()],
                    consumer.consumer_group_metadata(), 30)
                if aborts:
                    producer.flush(random.random())
                    producer.abort_transaction(30)
                    break
                producer.commit_transaction(30)
        except KafkaException as failure:
            error = failure.args[0]
            print(name, error.str(), flush=True)
            if error.code() in (KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH):
                # The coordinator, aborting after the timeout, fences too: only a new start can tell.
                return
        finally:
            consumer.close()
            del producer


def kafka_python(address, name, partition):
    """One id for each partition: whoever has the id has the partition."""
    from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
    from kafka.errors import KafkaError, ProducerFencedError
    place = TopicPartition("input", partition)
    while True:
        consumer = producer = None
        try:
            producer = KafkaProducer(
                bootstrap_servers=address, transactional_id=name, transaction_timeout_ms=TIMEOUT,
                reconnect_backoff_ms=10, reconnect_backoff_max_ms=100, retry_backoff_ms=20)
            producer.init_transactions()
            consumer = KafkaConsumer(
                bootstrap_servers=address, group_id=GROUP, enable_auto_commit=False,
                isolation_level="read_committed", fetch_max_wait_ms=50, auto_offset_reset="earliest")
            consumer.assign([place])
            consumer.seek(place, consumer.committed(place) or 0)
            while True:
                messages = consumer.poll(100, random.randint(1, 40)).get(place)
                if not messages:
                    continue
                producer.begin_transaction()
                aborts = random.random() < 0.15
                for m in messages:
                    value = b"aborted" if aborts else m.value + b" %d" % m.partition
                    producer.send("output", value, partition=out_partition(m.value))
                offsets = {place: OffsetAndMetadata(messages[-1].offset + 1, "", -1)}
                producer.send_offsets_to_transaction(offsets, GROUP)
                if aborts:
                    producer.abort_transaction()
                    break
                producer.commit_transaction()
        except ProducerFencedError:
            return
        except (KafkaError, OSError) as error:
            print(name, repr(error), flush=True)
        finally:
            for client in [consumer, producer]:
                if client:
                    client.close(timeout_ms=0) if client is consumer else client.close(timeout=0)


async def aiokafka(address, name, partition):
    """One id for each partition: whoever has the id has the partition."""
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
    from aiokafka.errors import KafkaError, ProducerFenced
    place = TopicPartition("input", partition)
    while True:
        producer = AIOKafkaProducer(
            bootstrap_servers=address, transactional_id=name, transaction_timeout_ms=TIMEOUT, retry_backoff_ms=20)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=address, group_id=GROUP, enable_auto_commit=False, isolation_level="read_committed",
            fetch_max_wait_ms=50, auto_offset_reset="earliest", retry_backoff_ms=20)
        try:
            await producer.start()
            await consumer.start()
            consumer.assign([place])
            # It waits for the producer id, and with it for the end of a predecessor's transaction.
            await producer.begin_transaction()
            consumer.seek(place, await consumer.committed(place) or 0)
            while True:
                messages = []
                while not messages:
                    got = await consumer.getmany(timeout_ms=100, max_records=random.randint(1, 40))
                    messages = got.get(place, [])
                if not producer._txn_manager.is_in_transaction():
                    await producer.begin_transaction()
                aborts = random.random() < 0.15
                for m in messages:
                    value = b"aborted" if aborts else m.value + b" %d" % m.partition
                    await producer.send("output", value, partition=out_partition(m.value))
                await producer.send_offsets_to_transaction({place: messages[-1].offset + 1}, GROUP)
                if aborts:
                    await producer.abort_transaction()
                    break
                await producer.commit_transaction()
        except ProducerFenced:
            return
        except (KafkaError, OSError) as error:
            print(name, repr(error), flush=True)
            await asyncio.sleep(0.02)
        finally:
            for client in [consumer, producer]:
                try:
                    await asyncio.wait_for(client.stop(), 2)
                except Exception as error:
                    print(name, "stopping:", repr(error), flush=True)


if __name__ == "__main__":
    library, address, name, partition = sys.argv[1:]
    random.seed(f"{name} {time.time_ns()}")
    if library == "aiokafka":
        asyncio.run(aiokafka(address, name, int(partition)))
    elif library == "kafka-python":
        kafka_python(address, name, int(partition))
    else:
        librdkafka(address, name, partition, library.split()[1])
