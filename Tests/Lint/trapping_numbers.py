#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds places in Sources where a number or a key from outside could end the process.

    Tests/Lint/trapping_numbers.py [FILE...]

Swift traps where a sum does not fit, where a number does not fit its new type, where a range ends before it begins, and
where a dictionary gets a key twice. Numbers of messages, of records in files and of options may be anything. The rules
know the names of the protocol's integer fields from Golden/protocol, and look for

- `Dictionary(uniqueKeysWithValues:)`: whoever has keys that are unique loses nothing by `Dictionary(…) { first, _ in first }`;
- plain + - * / % << on such a field: `addingSaturating` and its siblings, or &+ where wrapping is meant;
- a range that begins or ends with such a field;
- a conversion of such a field to a smaller or unsigned type without `clamping`, `exactly`, `truncatingIfNeeded` or
  `bitPattern`;
- `abs` and the negation of such a field.

What they cannot see: a number that was given another name on its way, sums of three and more of which only the result
does not fit, subscripts, and what is computed in C. Tests/Fuzz is for those.

A line that is right all the same says why behind `// bounded:`."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "Tests/Golden/protocol"
# Names that most often are not the field's, but of something of our own.
COMMON = {"count", "index", "partition", "partitions", "version", "key", "name", "position", "id", "types", "port",
          "sessionTimeout", "rebalanceTimeout"}
# Types into which every field fits.
WIDE = {"Int", "Int64", "Double", "Float", "String"}


def fields():
    names = set()
    for file in ["messages.txt", "records.txt"]:
        for line in (PROTOCOL / file).read_text().splitlines():
            found = re.match(r" +([A-Za-z]\w*): (\[\])?(u?int(8|16|32|64)) ", line)
            if found and not found[2]:
                name = found[1][0].lower() + found[1][1:]
                names.add(re.sub(r"Id(?=$|[A-Z])", "ID", name))
    # Of batches and their records, which the lists don't have.
    names |= {"baseOffset", "lastOffset", "nextOffset", "lastOffsetDelta", "baseTimestamp", "maxTimestamp", "baseSequence",
              "lastSequence", "recordCount", "batchLength", "offsetDelta", "timestampDelta", "producerEpoch", "leaderEpoch",
              "startOffset", "endOffset", "logStartOffset", "logEndOffset", "highWatermark", "lastStableOffset"}
    return names - COMMON


FIELD = r"(?:[A-Za-z_$][\w$]*[!?]?\.)+(?:%s)\b(?![\w(.])"


def rules():
    field = FIELD % "|".join(sorted(fields(), key=len, reverse=True))
    # As it is, or in parentheses or a conversion of its own.
    value = rf"(?:\w*\((?:{field})\)|{field})"
    # Dividing by what stands there as a number never traps.
    sign = r"(?<![&<>=\-+*/%.])(?:\+|-|\*|<<|[/%](?! [1-9]))(?![&=>*/.+<-])"
    return [
        (re.compile(r"uniqueKeysWithValues"), "a key twice traps; use Dictionary(…) { first, _ in first }"),
        (re.compile(rf"{value} {sign} |(?<=\S) {sign} {value}"), "plain arithmetic on a number from outside"),
        (re.compile(rf"{value} ?(?:\+=|-=|\*=)|(?:\+=|-=|\*=) {value}"), "plain arithmetic on a number from outside"),
        (re.compile(rf"{value} ?\.\.[.<]|\.\.[.<] ?{value}"), "a range between numbers from outside"),
        (re.compile(rf"\b(?:U?Int(?:8|16|32)|UInt|UInt64)\((?:{field})\)"), "a conversion that traps"),
        (re.compile(rf"\babs\((?:{field})\)|[(=,:] ?-(?:{field})"), "the least number has no positive twin"),
    ]


def code(text):
    """The lines, with comments and texts blanked out."""
    text = re.sub(r'"""(?:.|\n)*?"""', lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(text.splitlines(), 1):
        isBounded = "// bounded:" in line
        line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        line = re.sub(r"//.*", "", line)
        if not isBounded:
            yield number, line


def main():
    files = [Path(file) for file in sys.argv[1:]] or sorted((ROOT / "Sources").rglob("*.swift"))
    found = 0
    patterns = rules()
    for file in files:
        for number, line in code(file.read_text()):
            for pattern, complaint in patterns:
                if pattern.search(line):
                    found += 1
                    print(f"{file}:{number}: {complaint}: {line.strip()}")
                    break
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
