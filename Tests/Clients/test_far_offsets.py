# SPDX-License-Identifier: Apache-2.0
"""Offsets and times far outside of a partition stand for its ends."""
import pytest

LONGEST = 2**63 - 1


@pytest.fixture
def ten(broker, topic):
    broker.kafka("console-producer", topic, "--partition", "0", input="".join(f"{n}\n" for n in range(10)))
    return topic


def reset(broker, topic, *target):
    group = f"far-{topic}"
    lines = broker.kafka(
        "consumer-groups", "--reset-offsets", "--group", group, "--topic", f"{topic}:0", *target, "--execute")
    return int(lines.split()[-1])


@pytest.mark.parametrize("count, offset", [(LONGEST, 10), (-LONGEST - 1, 0)])
def test_a_shift_ends_at_the_ends_of_the_partition(broker, ten, count, offset):
    for committed in 0, 5, 10:
        reset(broker, ten, "--to-offset", str(committed))
        assert reset(broker, ten, "--shift-by", str(count)) == offset


@pytest.mark.parametrize("time", ["1969-12-31T23:59:59.999", "0001-01-01T00:00:00", "1970-01-01T00:00:00"])
def test_every_record_is_later_than_a_time_before_1970(broker, ten, time):
    assert reset(broker, ten, "--to-datetime", time) == 0
    found = broker.kafka("console-consumer", ten, "--offset", time, "--exit-at-end").split()
    assert found == [str(n) for n in range(10)]


@pytest.mark.parametrize("milliseconds", [-1, -2, -3, -LONGEST - 1])
def test_milliseconds_before_1970_are_no_special_offsets(broker, ten, milliseconds):
    found = broker.kafka("console-consumer", ten, "--offset", f"@{milliseconds}", "--exit-at-end").split()
    assert found == [str(n) for n in range(10)]


def test_a_wait_for_ever_is_a_wait(broker):
    broker.kafka("ready", "--timeout", str(LONGEST))
