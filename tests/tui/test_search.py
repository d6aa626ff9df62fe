"""Searching a little at a time: all is found, in order, and no pattern holds up the screen."""

from __future__ import annotations

import random
import threading
import time
from array import array
from collections.abc import Sequence

import pytest

from engine import Words
from tui.dataset.filters import Filter, parse
from tui.dataset.search import PATIENCE, SLICE, Search, TooSlowError

MANY = Words.of([f"word{i}" for i in range(50_000)])


def run(search: Search, seconds: float = 0.01) -> int:
    """Search to the end; give how many times it was gone on with."""
    times = 0
    while not search.is_over:
        search.go_on(seconds)
        times += 1
    return times


@pytest.mark.parametrize("text", ["7", "/7$/", "/^word1/ 9..9", ".word12", "zzz"])
def test_what_is_found_is_what_passes_in_the_order_of_the_file(text: str) -> None:
    search = Search(MANY, None, parse(text))
    run(search)
    assert list(search.found) == parse(text).keep(list(MANY))


@pytest.mark.parametrize("text", ["7", "/7$/"])
def test_what_is_found_is_in_the_order_it_was_looked_for(text: str) -> None:
    numbers = array("I", random.Random(1).sample(range(50_000), 50_000))
    search = Search(MANY, memoryview(numbers), parse(text))
    run(search)
    passed = set(parse(text).keep(list(MANY)))
    assert list(search.found) == [i for i in numbers if i in passed]
    backwards = Search(MANY, memoryview(numbers)[::-1], parse(text))
    run(backwards)
    assert list(backwards.found) == list(search.found)[::-1]


@pytest.mark.parametrize("text", ["part:dev", "7 part:dev", "part:leak /8$/", "part:dev part:leak"])
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_the_words_of_a_part_are_found_among_those_that_pass_all_else(
    text: str, is_shuffled: bool
) -> None:
    marks = bytes([1, 2, 4, 2 | 8, 4 | 8][i % 5] for i in range(50_000))
    order = array("I", range(50_000))
    if is_shuffled:
        random.Random(1).shuffle(order)
    filter = parse(text)
    search = Search(MANY, memoryview(order) if is_shuffled else None, filter, marks)
    run(search)
    passed = set(filter.keep(list(MANY)))
    wanted = [i for i in order if i in passed and marks[i] & filter.marks == filter.marks]
    assert wanted
    assert list(search.found) == wanted


def test_without_a_split_a_part_is_not_looked_for_and_that_is_said() -> None:
    search = Search(MANY, None, parse("7 part:dev"), key="^n")
    assert search.is_over
    assert not search.found
    assert search.complaint == "The words are in no parts; press ^n to choose a split."


def test_a_search_stops_in_time_and_goes_on_where_it_was() -> None:
    search = Search(MANY, None, parse("7"))
    search.go_on(0)
    assert not search.found
    assert not search.is_over
    assert run(search, 0.001) > 1


def test_an_empty_list_is_searched_at_once() -> None:
    assert Search(Words.of(()), None, parse("a")).is_over


ENDLESS = Words.of(["b", "ab", "a" * 200 + "b", "ab"])


def test_a_pattern_that_would_take_for_ever_ends_and_says_on_which_word() -> None:
    search = Search(ENDLESS, None, parse("/^(a+)+$/"))
    longest = 0.0
    while not search.is_over:
        start = time.thread_time()
        search.go_on(0.01)
        longest = max(longest, time.thread_time() - start)
    assert "aaaaaaaaaaaa…" in search.complaint
    assert longest < 10 * PATIENCE
    assert list(search.found) == []


def test_what_was_found_before_the_pattern_hung_stays() -> None:
    search = Search(ENDLESS, None, parse("/^(a+)+b?b$/"))
    run(search)
    assert list(search.found) == [1, 2, 3] or search.complaint


def test_after_an_alarm_the_next_search_is_as_quick_as_ever() -> None:
    run(Search(ENDLESS, None, parse("/^(a+)+$/")))
    search = Search(MANY, None, parse("/7$/"))
    run(search)
    assert len(search.found) == 5_000
    assert not search.complaint


def test_words_that_are_slow_but_not_endless_are_all_searched() -> None:
    words = Words.of(["a" * 16 + "b"] * 100)
    search = Search(words, None, parse("/^(a+)+$/"))
    assert run(search, 1e-4) > 1
    assert not search.complaint


class Late:
    """A slow condition; the alarm comes once, after the words that it is meant for."""

    is_slow = True

    def __init__(self) -> None:
        self.calls = 0

    def keep(self, words: Sequence[str]) -> list[int]:
        self.calls += 1
        if self.calls == 2:
            raise TooSlowError
        end = time.thread_time() + SLICE * len(words)
        while time.thread_time() < end:
            pass
        return list(range(len(words)))


def test_an_alarm_that_comes_late_is_not_held_against_the_next_word() -> None:
    search = Search(Words.of(["a"] * 20), None, Filter((Late(),)))
    run(search)
    assert not search.complaint
    assert list(search.found) == list(range(20))


class Waiting:
    """A condition that waits for the processor, as all do on a busy machine."""

    is_slow = True

    def keep(self, words: Sequence[str]) -> list[int]:
        time.sleep(4 * PATIENCE)
        return list(range(len(words)))


def test_time_that_others_have_the_processor_is_not_held_against_a_pattern() -> None:
    search = Search(Words.of(["a"]), None, Filter((Waiting(),)))
    run(search)
    assert not search.complaint
    assert list(search.found) == [0]


def test_off_the_main_thread_there_is_no_alarm_and_all_is_found() -> None:
    search = Search(MANY, None, parse("/7$/"))
    thread = threading.Thread(target=run, args=[search])
    thread.start()
    thread.join()
    assert len(search.found) == 5_000
