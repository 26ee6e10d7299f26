#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which folder of a module names whose types, and a failure where that leads round in a circle.

folders.py [SOURCES] [--graph] [--why FOLDER FOLDER]

A folder depends on another if one of its files names a type, protocol or free function that a file there declares at
its top level. Members count for nothing, nor do names that a file declares itself, at whatever depth, nor those that
several folders of a module declare. --graph prints what depends on what; --why, which names make one folder depend on
another."""
import argparse
import collections
import pathlib
import re
import sys

COMMENT = re.compile(r"/\*(?:.|\n)*?\*/|//[^\n]*")
IMPORT = re.compile(r"^.*\bimport \w.*$", re.M)
TEXT = re.compile(r'#*"""(?:.|\n)*?"""#*|"(?:\\.|[^"\\\n])*"')
INTERPOLATION = re.compile(r"\\#?\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(?:public|package|internal|final|indirect|nonisolated(?:\(unsafe\))?)\s+)*"
    r"(?:struct|class|enum|actor|protocol|typealias|func|let|var)\s+(\w+)", re.M)
OWN = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias|associatedtype|func|case|let|var)\s+(\w+)")
NAME = re.compile(r"(?<![\w.])([A-Z]\w*|[a-z]\w*(?=\())")


def code(path):
    """A file's code: of comments and imports nothing, of texts what is interpolated."""
    text = IMPORT.sub("", COMMENT.sub("", path.read_text()))
    return TEXT.sub(lambda match: " ".join(INTERPOLATION.findall(match.group(0))), text)


def dependencies(module):
    """The module's folders, each with the folders that it names, and there the names."""
    files = {path: code(path) for path in sorted(module.rglob("*.swift"))}
    folder = {path: str(path.parent.relative_to(module)) for path in files}
    homes = collections.defaultdict(set)
    for path, text in files.items():
        for name in DECLARATION.findall(text):
            homes[name].add(folder[path])
    edges = {name: collections.defaultdict(set) for name in sorted(set(folder.values()))}
    for path, text in files.items():
        for name in set(NAME.findall(text)) - set(OWN.findall(text)):
            if len(homes[name]) == 1:
                (home,) = homes[name]
                if home != folder[path]:
                    edges[folder[path]][home].add(name)
    return edges


def circles(edges):
    """Sets of folders that lead to each other."""
    def reachable(start):
        seen, left = set(), list(edges[start])
        while left:
            folder = left.pop()
            if folder not in seen:
                seen.add(folder)
                left += edges[folder]
        return seen

    reach = {folder: reachable(folder) for folder in edges}
    found = {frozenset({a} | {b for b in reach[a] if a in reach[b]}) for a in edges if a in reach[a]}
    return [sorted(circle) for circle in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2] / "Sources")
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--why", nargs=2, metavar="FOLDER")
    options = parser.parse_args()
    failed = False
    for module in sorted(path for path in options.sources.iterdir() if any(path.rglob("*.swift"))):
        edges = dependencies(module)
        if options.graph:
            print(f"{module.name}: {len(edges)} folders, {sum(map(len, edges.values()))} dependencies")
            for folder, others in edges.items():
                print(f"  {folder} -> {', '.join(sorted(others)) or 'none'}")
        if options.why:
            for name in sorted(edges.get(options.why[0], {}).get(options.why[1], [])):
                print(f"{module.name}: {options.why[0]} names {name} of {options.why[1]}")
        for circle in circles(edges):
            failed = True
            print(f"{module.name}: {len(circle)} folders form a circle: {', '.join(circle)}", file=sys.stderr)
            for a in circle:
                for b in sorted(set(edges[a]) & set(circle)):
                    names = sorted(edges[a][b])
                    print(f"  {a} names {', '.join(names[:5])}{' …' if len(names) > 5 else ''} of {b}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
