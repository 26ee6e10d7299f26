# SPDX-License-Identifier: Apache-2.0
"""aiokafka, which stays on the lowest versions of many requests."""
import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition


async def produce(address, topic, count, **settings):
    async with AIOKafkaProducer(bootstrap_servers=address, **settings) as producer:
        for n in range(count):
            await producer.send(topic, str(n).encode(), key=b"%d" % (n % 7), headers=[("n", b"%d" % n)])


def test_idempotent_producer_and_group(broker, topic):
    async def run():
        await produce(broker.address, topic, 200, enable_idempotence=True)
        group = dict(bootstrap_servers=broker.address, group_id=f"aio-{topic}", auto_offset_reset="earliest")
        async with AIOKafkaConsumer(topic, **group) as first, AIOKafkaConsumer(topic, **group) as second:
            values = set()
            while len(values) < 200:
                for consumer in (first, second):
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        values.update(record.value for record in records)
            assert values == {str(n).encode() for n in range(200)}
            await first.commit()

    asyncio.run(asyncio.wait_for(run(), 60))


def test_gzip_and_seeking(broker, topic):
    async def run():
        await produce(broker.address, topic, 50, compression_type="gzip")
        async with AIOKafkaConsumer(bootstrap_servers=broker.address) as consumer:
            partitions = [TopicPartition(topic, n) for n in range(3)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning()
            seen = 0
            while seen < 50:
                seen += sum(len(r) for r in (await consumer.getmany(timeout_ms=500)).values())
            ends = await consumer.end_offsets(partitions)
            assert sum(ends.values()) == 50

    asyncio.run(asyncio.wait_for(run(), 60))
