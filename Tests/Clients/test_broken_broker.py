# SPDX-License-Identifier: Apache-2.0
"""A short run of the broken broker: every tool ends, or can be ended, with a word about what is wrong."""
import os
import random

from broken_broker import World


def test_tools_take_a_broken_broker_as_they_should(tmp_path):
    seed = os.environ.get("SEED") or str(random.getrandbits(32))
    print("seed", seed)
    world = World(tmp_path)
    try:
        problems, count = world.run_for(30, seed)
    finally:
        world.stop()
    assert count and not problems, "\n".join(problems)
