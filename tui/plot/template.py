"""Which place on the screen belongs to which cell of a matrix."""

from __future__ import annotations

from bisect import bisect_right

from engine import record


@record
class Place:
    """Where a label goes."""

    x: int
    y: int
    width: int
    """Characters it may take."""


@record
class Template:
    """The frame of a heatmap, and which place on the screen belongs to which cell of the matrix.

    Rows and columns count from the first visible one, so one template serves every scroll position.
    """

    width: int
    height: int
    lines: tuple[str, ...]
    """The frame; blank where cells and labels go."""
    xs: tuple[int, ...]
    """Where each column starts, and where the frame follows the last one."""
    ys: tuple[int, ...]
    """Where each row starts, and where the frame follows the last one."""
    column_labels: tuple[Place, ...]
    """One for each column, above it."""
    row_labels: tuple[Place, ...]
    """One for each row, left of it; none where no width was kept for them."""

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return (row, column) of the cell at a place; none on the frame, the labels or outside."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def region(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a cell."""
        x, y = self.xs[column], self.ys[row]
        return x, y, self.xs[column + 1] - x, self.ys[row + 1] - y
