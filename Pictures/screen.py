# SPDX-License-Identifier: Apache-2.0
"""What stands on a terminal's screen, with its colours, and a drawing of it."""
import re
from html import escape

PIECE = re.compile(r"\x1b\[([?0-9;]*)([a-zA-Z@])|\x1b[()][A-Z0-9]|\x1b[=>]|(.)", re.DOTALL)
PLAIN = (None, False, False, False)  # colour, bold, dim, reversed
COLOURS = ["#6e7681", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#e6edf3"]
PAPER, INK, FAINT = "#0d1117", "#e6edf3", "#8b949e"
WIDTH, HEIGHT, MARGIN = 8.4, 18, 14


class Screen:
    """Takes what a program writes; lines that scroll away are gone."""

    def __init__(self, rows, columns):
        self.rows, self.columns, self.style = rows, columns, PLAIN
        self.clear()

    def clear(self):
        self.cells = [self._empty() for _ in range(self.rows)]
        self.row = self.column = 0

    def _empty(self):
        return [(" ", PLAIN)] * self.columns

    def write(self, output):
        for numbers, command, character in PIECE.findall(output):
            if command:
                self._obey(command, numbers)
            elif character == "\r":
                self.column = 0
            elif character == "\n":
                self.row += 1
                if self.row == self.rows:
                    self.cells, self.row = self.cells[1:] + [self._empty()], self.rows - 1
            elif character == "\b":
                self.column = max(0, self.column - 1)
            elif character == "\t":
                self.column = min(self.column // 8 * 8 + 8, self.columns - 1)
            elif character >= " " and self.column < self.columns:
                self.cells[self.row][self.column] = (character, self.style)
                self.column += 1

    def _obey(self, command, numbers):
        count = int(numbers) if numbers.isdigit() else 1
        line = self.cells[self.row]
        if command == "H":
            self.row, self.column = [int(number) - 1 for number in numbers.split(";")] if numbers else [0, 0]
        elif command == "J" and numbers == "2":
            self.cells = [self._empty() for _ in range(self.rows)]
        elif command == "K":
            line[self.column:] = [(" ", PLAIN)] * (self.columns - self.column)
        elif command == "G":
            self.column = count - 1
        elif command in "CD":
            self.column = min(max(0, self.column + (count if command == "C" else -count)), self.columns - 1)
        elif command == "m":
            for number in numbers.split(";"):
                self._paint(int(number or 0))

    def _paint(self, number):
        colour, bold, dim, reverse = self.style
        if number == 0:
            colour, bold, dim, reverse = PLAIN
        elif number in (1, 2, 7):
            bold, dim, reverse = bold or number == 1, dim or number == 2, reverse or number == 7
        elif 30 <= number <= 37 or 90 <= number <= 97:
            colour = number % 10
        elif number == 39:
            colour = None
        self.style = (colour, bold, dim, reverse)

    def svg(self):
        """A drawing of the lines down to the last that holds something."""
        used = max((at + 1 for at, line in enumerate(self.cells) if any(cell != (" ", PLAIN) for cell in line)), default=1)
        width, height = self.columns * WIDTH + 2 * MARGIN, used * HEIGHT + 2 * MARGIN
        drawn = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" '
            f'font-size="14" fill="{INK}">',
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>']
        for row, line in enumerate(self.cells[:used]):
            at = 0
            while at < self.columns:
                end = at
                while end < self.columns and line[end][1] == line[at][1]:
                    end += 1
                drawn += self._run("".join(cell[0] for cell in line[at:end]), line[at][1], row, at)
                at = end
        return "\n".join(drawn + ["</svg>", ""])

    @staticmethod
    def _run(text, style, row, column):
        colour, bold, dim, reverse = style
        x, top = MARGIN + column * WIDTH, MARGIN + row * HEIGHT
        ink = COLOURS[colour] if colour is not None else FAINT if dim else INK
        if reverse:
            yield f'<rect x="{x:.1f}" y="{top}" width="{len(text) * WIDTH:.1f}" height="{HEIGHT}" fill="{ink}"/>'
            ink = PAPER
        kept = text if reverse else text.rstrip()
        if kept.strip():
            attributes = (f' fill="{ink}"' if ink != INK else "") + (' font-weight="bold"' if bold else "")
            yield (f'<text xml:space="preserve" x="{x:.1f}" y="{top + 13}" textLength="{len(kept) * WIDTH:.1f}"'
                   f'{attributes}>{escape(kept)}</text>')
