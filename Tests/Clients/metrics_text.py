# SPDX-License-Identifier: Apache-2.0
"""Reads Prometheus' text format 0.0.4 and OpenMetrics, and is strict about both."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (NaN|[+-]Inf|-?[0-9.]+(?:[eE][+-]?[0-9]+)?)")
# What samples of a kind may add to their family's name.
ENDS = {"counter": ["_total"], "gauge": [""], "summary": ["", "_sum", "_count"]}


def unescaped(text):
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text)


def parse(text, is_open=False):
    """The samples: by name, and there by the labels as a sorted tuple of pairs."""
    assert text.endswith("# EOF\n" if is_open else "\n")
    samples, helped, kinds, family = {}, set(), {}, None
    lines = text.split("\n")[:-1]
    if is_open:
        lines.pop()
    for line in lines:
        if found := re.fullmatch(rf"# HELP ({NAME}) (\S.*)", line):
            assert found[1] not in helped, f"{found[1]} has HELP twice"
            helped.add(found[1])
            family = found[1]
        elif found := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|summary)", line):
            assert found[1] == family and found[1] not in kinds, f"TYPE of {found[1]} stands elsewhere"
            assert is_open or found[2] != "counter" or found[1].endswith("_total"), line
            assert not is_open or not found[1].endswith("_total"), line
            kinds[found[1]] = found[2]
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"no sample: {line!r}"
            ends = ENDS[kinds[family]] if is_open or kinds[family] != "counter" else [""]
            assert found[1] in [family + end for end in ends], f"{found[1]} stands in the family {family}"
            pairs = re.findall(LABEL, found[2] or "")
            labels = tuple(sorted((name, unescaped(value)) for name, value in pairs))
            assert len(dict(labels)) == len(labels), line
            of_name = samples.setdefault(found[1], {})
            assert labels not in of_name, f"twice: {line}"
            of_name[labels] = float(found[found.lastindex])
    assert set(kinds) == helped
    return samples, kinds


def value(samples, name, **labels):
    return samples[name][tuple(sorted(labels.items()))]
