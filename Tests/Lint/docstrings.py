#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds public declarations of the libraries that say nothing of themselves.

docstrings.py [FILE...]

Whatever another program can name has a docstring: types, members, requirements of protocols, cases. There is none where
the meaning is that of a protocol: the standard library's, or one of ours that documents its requirement. Messages and
records of Kafka's own are documented as a whole, by the sentences at the head of their file: there only the types must
have one. A declaration is private, internal or package unless it says `public`, or stands in a public protocol, enum or
extension. Who documents one parameter documents all, as DocC wants it."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "Sources"
LIBRARIES = ["KafkaProtocol", "KafkaLog", "KafkaClient", "KafkaBroker"]
MESSAGES = {"Messages", "MetadataRecords", "CoordinatorRecords"}
# What the standard library's protocols, and executors, ask for.
STANDARD = {"rawValue", "init(rawValue", "description", "==", "<", "hash", "makeIterator", "next", "underestimatedCount",
            "unownedExecutor", "startIndex", "endIndex", "subscript(position", "Iterator", "Element"}
ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
MODIFIERS = r"(?:(?:public|open|final|static|class|mutating|nonmutating|nonisolated|indirect|convenience|consuming|borrowing|" \
    r"required|override|lazy|weak|private\(set\)|internal\(set\)|package\(set\)|prefix|postfix|infix)\s+)*"
DECLARATION = re.compile(
    rf"^(?P<indent> *){ATTRIBUTES}(?P<modifiers>{MODIFIERS})"
    r"(?P<kind>struct|class|enum|actor|protocol|extension|typealias|associatedtype|func|var|let|init|subscript|case)\b"
    r"(?P<rest>.*)")


def parameters(lines, number):
    """The names of a function's parameters, as its body has them."""
    text, depth, names, piece = " ".join(line.split("//")[0] for line in lines[number:number + 12]), 0, [], ""
    text = text[text.index("("):]
    for character in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if depth == 0 or depth == 1 and character == ",":
            names.append(piece.lstrip("( ").split(":")[0].split()[-1:])
            piece = ""
            if depth == 0:
                break
        else:
            piece += character
    return {found[0] for found in names if found}


def undocumented(lines, number, before):
    """The parameters that a docstring ending at `before` leaves out, if it has any."""
    text = []
    while before >= 0 and lines[before].lstrip().startswith("///"):
        text.insert(0, lines[before].strip())
        before -= 1
    told = set(re.findall(r"^/// - Parameter (\w+):", "\n".join(text), re.M))
    told |= set(re.findall(r"^///   - (\w+):", "\n".join(text), re.M))
    return sorted(parameters(lines, number) - told) if told else []


def name(kind, rest):
    """How a declaration is told apart from others: `offset`, `init(rawValue`, `subscript(position`."""
    if kind in ("init", "subscript"):
        found = re.search(r"\((\w*)", rest)
        return f"{kind}({found[1] if found else ''}"
    found = re.match(r"\s*([\w`]+|[^\s(\w]+)", rest)
    return found[1].strip("`") if found else rest


def declarations(path):
    """Each declaration that others can name, with its line, and whether it has a docstring."""
    lines = path.read_text().splitlines()
    # The types and extensions around the line: their indentation, kind, and whether others can name them.
    around = []
    isText = False
    for number, line in enumerate(lines):
        if line.count('"""') % 2:
            isText = not isText
            continue
        found = None if isText else DECLARATION.match(line)
        if not found:
            continue
        indent, kind = len(found["indent"]), found["kind"]
        while around and around[-1][0] >= indent:
            around.pop()
        modifiers = found["modifiers"].split()
        # What is deeper than a member stands in a body.
        isMember = not around or indent == around[-1][0] + 4
        isPublic = bool({"public", "open"} & set(modifiers)) or kind == "case"
        outer = around[-1] if around else None
        if outer and isMember and outer[1] == "protocol":
            isPublic = True
        if kind in ("struct", "class", "enum", "actor", "protocol", "extension"):
            # Members of an internal type are nobody's, whatever they say; an extension may be of a public type.
            isReachable = (kind == "extension" or isPublic) and (not outer or outer[2])
            around.append((indent, kind, isReachable))
            if kind == "extension":
                continue
        elif kind == "case" and (not outer or outer[1] != "enum" or found["rest"].rstrip().endswith(":")):
            continue
        if not (isMember and isPublic and (not outer or outer[2])):
            continue
        before = number - 1
        while before >= 0 and re.match(r"^\s*@", lines[before]):
            before -= 1
        hasText = before >= 0 and lines[before].lstrip().startswith("///")
        left = undocumented(lines, number, before) if hasText and kind in ("func", "init", "subscript") else []
        yield number + 1, kind, name(kind, found["rest"]), outer, hasText, left


def main():
    chosen = [Path(file).resolve() for file in sys.argv[1:]]
    files = [path for library in LIBRARIES for path in sorted((ROOT / library).rglob("*.swift"))]
    known = {path: list(declarations(path)) for path in files}
    documented = STANDARD | {
        found for all in known.values() for _, _, found, outer, hasText, _ in all
        if hasText and outer and outer[1] == "protocol"}
    missing = 0
    for path, all in known.items():
        if chosen and path not in chosen:
            continue
        areMessages = bool(MESSAGES & set(path.parts))
        for line, kind, found, outer, hasText, left in all:
            for parameter in left:
                missing += 1
                print(f"{path.relative_to(ROOT.parent)}:{line}: {kind} {found} documents parameters, but not {parameter}")
            if hasText or (outer and found in documented and outer[1] != "protocol"):
                continue
            if areMessages and kind not in ("struct", "class", "enum", "actor", "protocol"):
                continue
            missing += 1
            print(f"{path.relative_to(ROOT.parent)}:{line}: {kind} {found} has no docstring")
    sys.exit(missing > 0)


if __name__ == "__main__":
    main()
