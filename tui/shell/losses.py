"""Losses on train, dev and test: JSON for programs, aligned plain text for people.

Test is sealed: it stands in neither unless it was opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.protocol import (
    PUBLISHED,
    PUBLISHED_OF,
    PUBLISHED_SPLITS,
    ContextsCounted,
    DataReport,
    LadderClimbed,
    ModelTuned,
    Parameter,
    PartLoss,
    Rung,
)
from engine.text.numbers import number
from engine.text.symbols import shown
from tui.shell.counts import top_text
from tui.shell.output import recipe, table

SEALED = "sealed; --open-test opens it"

NAMED = 5
"""N-grams named that train does not hold."""


# count, tune


def count_json(event: ContextsCounted) -> dict[str, object]:
    """Figures of a count and its losses; `contexts`, `cells`, `once` and `top` are of train."""
    return (
        _recipe_json(event)
        | {
            "predictions": event.predictions,
            "contexts": event.contexts,
            "cells": event.cells,
            "once": event.once,
            "top": event.top,
        }
        | _parts_json(event)
    )


def count_text(source: str, event: ContextsCounted, unit: str) -> Iterator[str]:
    """The same for people.

    Args:
        source: what was counted.
        event: what was found.
        unit: what is counted as one.
    """
    command = event.command
    yield _head(source, command.order, event.dots, command.split)
    yield f"  {_model(command.model, event.parameter, event.value)}"
    yield (
        f"  train holds {event.cells:,} n-grams in {event.contexts:,} contexts, "
        f"{event.once:,} of them once"
    )
    yield ""
    yield from _parts_text(event, unit)
    if event.top:
        predictions = event.parts[0].predictions
        yield from top_text("n-grams of train", event.top, predictions, command.order, unit)


def tune_json(event: ModelTuned) -> dict[str, object]:
    """The best parameter and its losses; the curve has a value, train and dev in each point."""
    found = _recipe_json(event) | {
        "edge": event.edge or None,
        "curve": [(point.value, point.train, point.dev) for point in event.curve],
    }
    if not math.isnan(event.left_out):
        found["left_out"] = event.left_out
    return found | _parts_json(event)


def tune_text(source: str, event: ModelTuned) -> Iterator[str]:
    """The same for people."""
    command = event.command
    yield _head(source, command.order, event.dots, command.split)
    how = "leave-one-out" if not math.isnan(event.left_out) else "dev"
    yield f"  {_model(command.model, event.parameter, event.value)}, best on {how}"
    if event.edge:
        which = "low" if event.edge == "least" else "high"
        yield f"  this is the {which} end of its range: beyond, it might do better still"
    yield ""
    if event.curve:
        heads = f"  {event.parameter}", "train", how
        rows = [
            (f"  {number(point.value, '.4g')}", _loss(point.train), _loss(point.dev))
            for point in event.curve
        ]
        yield from table([heads, *rows], "<>>")
        yield ""
    if not math.isnan(event.left_out):
        yield f"  leave-one-out  NLL {_loss(event.left_out)}"
    yield from _parts_text(event)


def _recipe_json(event: ContextsCounted | ModelTuned) -> dict[str, object]:
    return {
        "order": event.command.order,
        "dots": event.dots,
        "split": event.command.split,
        "model": event.command.model,
        "parameter": event.parameter,
        "value": _value(event.parameter, event.value),
    }


def _head(source: str, order: int, dots: int, split: str) -> str:
    return " · ".join((source, *recipe(order, dots, split)))


def _model(model: str, parameter: str | None, value: Parameter) -> str:
    if parameter is None:
        return model
    values = (value,) if isinstance(value, float | int) else value or ()
    return f"{model}, {parameter} {' '.join(number(each, '.6g') for each in values)}"


def _value(parameter: str | None, value: Parameter) -> object:
    """A parameter as JSON has it; discounts three an order."""
    if parameter == "discounts" and isinstance(value, tuple):
        return [value[i : i + 3] for i in range(0, len(value), 3)]
    return value


def _parts_json(event: ContextsCounted | ModelTuned) -> dict[str, object]:
    """The loss of each part; null is infinite, and `unseen` counts the events that make it so."""
    found: dict[str, object] = {}
    for part in event.parts:
        found[part.part] = part.nll
        if part.part != "train":
            found[f"unseen_{part.part}"] = part.unseen
            found[f"repeats_{part.part}"] = part.repeats
            if not math.isnan(part.new_nll):
                found[f"new_{part.part}"] = part.new_nll
            found[f"culprits_{part.part}"] = part.culprits
    if event.is_dev_test:
        found["dev_is_test"] = True
    if _is_sealed(event):
        found["test_sealed"] = True
    return found


def _is_sealed(event: ContextsCounted | ModelTuned) -> bool:
    return event.has_test and not event.command.opens_test


def _parts_text(event: ContextsCounted | ModelTuned, unit: str = "words") -> Iterator[str]:
    rows = [("", unit, "predictions", "NLL", f"on new {unit}")]
    for part in event.parts:
        new = "" if math.isnan(part.new_nll) else _loss(part.new_nll)
        figures = (f"{part.words:,}", f"{part.predictions:,}", _loss(part.nll), new)
        rows.append((f"  {part.part}", *figures))
    yield from table(rows, "<>>>>")
    if _is_sealed(event):
        yield f"  test   {SEALED}"
    if event.is_dev_test:
        yield "  dev is test itself, as in makemore.py: what is chosen by it is chosen by test"
    for part in event.parts:
        if part.unseen:
            yield f"  {part.part}: {_unseen(part)}"


def _unseen(part: PartLoss) -> str:
    """Say which n-grams train does not hold, and where they stand."""
    named = part.culprits[:NAMED]
    which = ", ".join(f"{''.join(map(shown, gram))} in {word}" for gram, word in named)
    more = " …" if len(part.culprits) > NAMED else ""
    events = f"{part.unseen:,} prediction{'s' * (part.unseen > 1)}"
    return f"{events} of n-grams that train does not hold: {which}{more}"


def _loss(nll: float) -> str:
    return number(nll, ".6f") if math.isfinite(nll) else "∞"


# ladder


def ladder_json(event: LadderClimbed) -> dict[str, object]:
    """Every model at every order, the best on dev first, and published figures beside them."""
    found: dict[str, object] = {
        "split": event.command.split,
        "rows": [_rung_json(rung) for rung in event.rungs],
        "published": [{"model": name, "dev": dev} for name, dev in PUBLISHED],
    }
    if event.is_dev_test:
        found["dev_is_test"] = True
    if event.has_test and event.command.opens_test == "no":
        found["test_sealed"] = True
    if event.command.opens_test != "no":
        found["test_opened"] = event.command.opens_test
    return found


def _rung_json(rung: Rung) -> dict[str, object]:
    found: dict[str, object] = {
        "model": rung.model,
        "order": rung.order,
        "parameter": rung.parameter,
        "value": _value(rung.parameter, rung.value),
        "edge": rung.edge or None,
        "train": rung.train,
        "dev": rung.dev,
        "contexts": rung.contexts,
        "cells": rung.cells,
        "milliseconds": rung.milliseconds,
    }
    if not math.isnan(rung.new_dev):
        found["new_dev"] = rung.new_dev
    if rung.test is not None:
        found["test"] = rung.test
    return found


def ladder_text(report: DataReport, event: LadderClimbed) -> Iterator[str]:
    """The same for people."""
    command = event.command
    source = f"{report.source} · split {command.split}"
    yield f"{source} · every model at orders 1 to 7, best on dev first"
    yield ""
    has_test = command.opens_test != "no"
    heads = ("  model", "order", "dev", "new words", "train", *["test"] * has_test)
    rows = [(*heads, "cells", "ms", "parameter")]
    has_marks = command.split in PUBLISHED_SPLITS
    marks = sorted(PUBLISHED, key=lambda mark: mark[1]) if has_marks else []
    for rung in event.rungs:
        while marks and marks[0][1] < rung.dev:
            rows.append(_mark(*marks.pop(0), len(rows[0])))
        rows.append(_rung(rung, has_test))
    rows += [_mark(*mark, len(rows[0])) for mark in marks]
    yield from table(rows, "<>>>>" + ">" * has_test + ">><")
    yield ""
    if has_marks:
        others = "; these are other words: no comparison" * (report.sha256 != PUBLISHED_OF)
        yield f"— are nets of the same course, published for makemore's list{others}"
    if event.is_dev_test:
        yield "dev is test itself, as in makemore.py"
    if command.opens_test == "all":
        yield "test is open for all: what is chosen by it is no longer a test"
    elif event.has_test and not has_test:
        yield f"test is {SEALED}"


def _rung(rung: Rung, has_test: bool) -> tuple[str, ...]:
    test = ["" if rung.test is None else _loss(rung.test)] * has_test
    new = "" if math.isnan(rung.new_dev) else _loss(rung.new_dev)
    value = rung.value if isinstance(rung.value, float) else None
    named = "" if value is None else f"{rung.parameter} {number(value, '.4g')}"
    return (
        f"  {rung.model}",
        f"{rung.order}",
        _loss(rung.dev),
        new,
        _loss(rung.train),
        *test,
        f"{rung.cells:,}",
        number(rung.milliseconds, ".0f"),
        named + (", at its edge" if rung.edge else ""),
    )


def _mark(name: str, dev: float, columns: int) -> tuple[str, ...]:
    return (f"— {name}", "", number(dev, ".4f") + "  ", *[""] * (columns - 3))
