"""Commands that ask a model for names, and how likely it finds words."""

from __future__ import annotations

import sys
from typing import Any

import click

from engine.protocol import (
    LoadDataset,
    ModelName,
    NamesSampled,
    Refusal,
    Sample,
    SampledName,
    Score,
    WordsScored,
)
from tui.shell import headless, output, streaming
from tui.shell.arguments import (
    DEFAULT,
    checkpoint_option,
    examples,
    json_option,
    model_option,
    ngram_options,
    setting,
    step_option,
    words_option,
)
from tui.shell.hand import session

STREAM = "-"
"""Stands for standard input."""


@click.command(
    epilog=examples(
        "makemore-tui sample 5 --temperature 0.8",
        "makemore-tui sample --checkpoint names.safetensors --prefix ka",
        "makemore-tui sample --order 5 --model kneser-ney",
        "makemore-tui sample --number 100000000 --save names.txt",
    )
)
@words_option
@model_option
@checkpoint_option
@step_option
@setting("--smoothing", "K", "Added to every count, by counts.  [default: 1]")
@ngram_options
@click.option("--number", metavar="N", help="How many names.  [default: 10]")
@setting("--seed", "N", "Seed of the generator.", default=str(DEFAULT.seed))
@setting(
    "--sampler",
    "lecture|torch",
    "The lecture's names, or those of today's torch.",
    default="lecture",
)
@setting("--temperature", "T", "Below 1 likelier names, above 1 wilder.", default="1")
@click.option("--prefix", metavar="TEXT", default="", help="What every name begins with.")
@click.option("--save", "target", metavar="FILE", help="Write the names alone to a file, or to -.")
@json_option
@click.argument("names", metavar="[N]", required=False)
def sample(
    data: LoadDataset,
    model: ModelName | None,
    checkpoint: str | None,
    step: int | None,
    number: str | None,
    names: str | None,
    target: str | None,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> None:
    """Draw N names from a model.

    With --save they are written one a line, and nothing else: up to 10¹² of them, on all cores,
    and of as many cores as there are the same.

    The models are networks, neural and onehots, which a checkpoint holds, and those made of counts:
    counts, witten-bell, dirichlet, absolute, kneser-ney, modified-kneser-ney and jelinek-mercer.
    """
    if None not in (number, names):
        raise Refusal("The number of names is given twice; leave --number out.")
    number = number if names is None else names
    options["number"] = streaming.number("10" if number is None else number, target)
    streaming.check(target, as_json)
    client, report, chosen = headless.open_model(data, model, checkpoint, step, output.warn)
    command = Sample(**headless.asked(client, chosen, report, options))
    if target is not None:
        streaming.save(client, command, target, as_json)
        return
    if not as_json:
        output.say_model(command)
    drawn: list[SampledName] = []
    for event in client.ask(command):
        if isinstance(event, NamesSampled):
            if as_json:
                drawn += event.names
            else:
                output.say("\n".join(map(output.name_line, event.names)))
    if as_json:
        output.say_json(
            {
                "names": [output.marked(name) for name in drawn],
                "known": [name.is_known for name in drawn],
                "sampler": command.sampler,
                "seed": command.seed,
            }
            | output.ngrams_json(command)
        )


@click.command(
    epilog=examples(
        "makemore-tui score andrej andrejq --smoothing 1",
        "makemore-tui score andrejq --order 4 --model witten-bell",
    )
)
@words_option
@model_option
@checkpoint_option
@step_option
@setting("--smoothing", "K", "Added to every count, by counts.  [default: 0]")
@ngram_options
@json_option
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
def score(
    data: LoadDataset,
    model: ModelName | None,
    checkpoint: str | None,
    step: int | None,
    as_json: bool,
    words: tuple[str, ...],
    **options: Any,  # noqa: ANN401
) -> int:
    """Say how likely a model finds words, bigram by bigram or n-gram by n-gram.

    In place of words - reads them from standard input, one a line. Ends with 2 if no word can be
    scored, for all of them hold symbols that the data do not.

    The models are networks, neural and onehots, which a checkpoint holds, and those made of counts:
    counts, witten-bell, dirichlet, absolute, kneser-ney, modified-kneser-ney and jelinek-mercer.
    """
    options["words"] = _flowing_in() if words == (STREAM,) else words
    client, report, chosen = headless.open_model(data, model, checkpoint, step, output.warn)
    command = Score(**headless.asked(client, chosen, report, options))
    (scored,) = (event.words for event in client.ask(command) if isinstance(event, WordsScored))
    if as_json:
        told = [output.score_json(word, command) for word in scored]
        output.say_json({"words": told} | output.ngrams_json(command))
    else:
        output.say_model(command)
        output.say("\n\n".join("\n".join(output.score_text(word)) for word in scored))
    return 2 if all(word.unknown for word in scored) else 0


def _flowing_in() -> tuple[str, ...]:
    """Read words from standard input; Refusal if it holds none, or the lines of a session."""
    if session() is not None:
        raise Refusal("- is standard input, and that holds the lines of this session; give words.")
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"Standard input is not UTF-8 in line {line:,}; give words that are."
        ) from None
    found = tuple(line.strip() for line in text.split("\n") if line.strip())
    if not found:
        raise Refusal("Standard input holds no words; give them one a line.")
    return found
