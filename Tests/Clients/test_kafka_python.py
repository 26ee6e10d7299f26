# SPDX-License-Identifier: Apache-2.0
"""kafka-python, today's and the 2.0.2 that tutorials use, each as programs of their own."""
import os
import subprocess
import sys

import pytest
from conftest import CODECS, OLD_KAFKA_PYTHON

GENERATIONS = ["3", "2.0.2"]


def python(generation, program, *arguments):
    environment = dict(os.environ)
    if generation == "2.0.2":
        environment["PYTHONPATH"] = OLD_KAFKA_PYTHON
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=90, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


TUTORIAL_PRODUCER = """
import json, sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=[sys.argv[1]], value_serializer=lambda x: json.dumps(x).encode('utf-8'))
producer.send('sensors-' + sys.argv[2], value={'sensor': 1, 'temperature': 21.5})
for number in range(100):
    producer.send('numtest-' + sys.argv[2], value={'number': number})
producer.flush()
"""

TUTORIAL_CONSUMER = """
import json, sys
from kafka import KafkaConsumer
consumer = KafkaConsumer(
    'numtest-' + sys.argv[2], bootstrap_servers=[sys.argv[1]], auto_offset_reset='earliest', enable_auto_commit=True,
    group_id='my-group-' + sys.argv[2], value_deserializer=lambda x: json.loads(x.decode('utf-8')))
seen = 0
for message in consumer:
    assert message.value == {'number': seen}, message
    seen += 1
    if seen == 100:
        break
consumer.close()
print(seen)
"""


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_programs_of_every_tutorial(broker, generation):
    """Unchanged but for the address: topics are created by producing, groups by consuming."""
    python(generation, TUTORIAL_PRODUCER, broker.address, generation)
    assert python(generation, TUTORIAL_CONSUMER, broker.address, generation) == "100\n"
    described = broker.kafka("consumer-groups", "--describe", "--group", f"my-group-{generation}")
    assert f"my-group-{generation}" in described and f"numtest-{generation}" in described


ROUND_TRIP = """
import sys, time
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
NOW = int(time.time() * 1000)
address, topic, codec = sys.argv[1:]
codec = None if codec == 'none' else codec
producer = KafkaProducer(bootstrap_servers=address, compression_type=codec)
records = [(b'key', b'value', [('a', b'1')], NOW), (None, b'', [], NOW + 1), (b'k', None, [], NOW + 2),
    (b'big', b'x' * 100000, [], NOW + 3)]
for key, value, headers, timestamp in records:
    producer.send(topic, key=key, value=value, headers=headers, timestamp_ms=timestamp, partition=1).get(30)
producer.close()
consumer = KafkaConsumer(bootstrap_servers=address, auto_offset_reset='earliest', consumer_timeout_ms=20000)
consumer.assign([TopicPartition(topic, 1)])
got = []
for m in consumer:
    got.append((m.key, m.value, list(m.headers), m.timestamp))
    if len(got) == len(records):
        break
assert got == records, got
assert consumer.end_offsets([TopicPartition(topic, 1)]) == {TopicPartition(topic, 1): 4}
found = consumer.offsets_for_times({TopicPartition(topic, 1): NOW + 2})[TopicPartition(topic, 1)]
assert found.offset == 2, found
consumer.close()
"""


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("codec", ["none", "gzip"])
def test_every_field_of_a_record_survives(broker, topic, generation, codec):
    # The other codecs need further packages in these clients.
    assert codec in CODECS
    python(generation, ROUND_TRIP, broker.address, topic, codec)


ADMIN = """
import sys
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError
admin = KafkaAdminClient(bootstrap_servers=sys.argv[1])
name = 'admin-' + sys.argv[2]
admin.create_topics([NewTopic(name, 2, 1)])
try:
    admin.create_topics([NewTopic(name, 2, 1)])
    raise SystemExit('created twice')
except TopicAlreadyExistsError:
    pass
assert name in admin.list_topics()
(getattr(admin, 'list_consumer_groups', None) or admin.list_groups)()
admin.delete_topics([name])
assert name not in admin.list_topics()
"""


@pytest.mark.parametrize("generation", GENERATIONS)
def test_admin(broker, generation):
    python(generation, ADMIN, broker.address, generation)
