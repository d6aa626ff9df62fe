"""Text counted without being held: equal to what is read and counted at once, however it is cut."""

from __future__ import annotations

import gzip
import os
import pickle
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.models.counts import count_all
from engine.models.ngrams import contexts
from engine.models.ngrams.losses import floor
from engine.models.tables import Table, table_of
from engine.protocol import Refusal
from engine.words.cleaning import Cleaner
from engine.words.corpus import counting, reading, scan
from engine.words.corpus.counting import count, units_of
from engine.words.corpus.digest import Blocks, tree
from engine.words.corpus.distinct import Distinct, Hasher
from engine.words.corpus.grams import Grams
from engine.words.corpus.hands import Asked, Found
from engine.words.corpus.pairs import Cells, Pairs, width
from engine.words.corpus.scan import Scanner, Tally
from engine.words.corpus.sources import find
from engine.words.dataset import finish, load_all
from engine.words.order import encode
from tests.conftest import WriteWords

PIECES = st.sampled_from(
    [
        *("\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\t", " ", "  ", ".", "\x1b"),
        *("\u200d", "\u200c", "\u0301", "e\u0301", "é", "emma", "ava", "a", "日本", "\u1112\u1161"),
        *("\u11ab", "क\u094d\u200dष", "\u00a0", "\u3000", "ß", "👩\u200d💻", "\u0958", "\u202e"),
        *("\u0f71\u0f72", "a\u0323\u0307", "a\u0307\u0323", "\ufeff", "Ж", "\U00016d67"),
    ]
)
TEXTS = st.builds(
    lambda bom, pieces: bom + "".join(pieces),
    st.sampled_from(["", "\ufeff"]),
    st.lists(PIECES | st.text(max_size=3), min_size=1, max_size=40),
).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))


def counted(*paths: str, hands: int = 1, size: int = reading.READ, is_text: bool = False) -> Found:
    sources = find(paths)
    units = units_of(sources, hands)
    return finish(count(sources, units, Asked(is_text, tells_distinct=True), hands, size))


def unheard(_: int) -> None:
    """Note nothing of how far a reader has come."""


def refusal_of(asked: Callable[[], object]) -> str:
    """What is said if something is refused; nothing if it is not."""
    try:
        asked()
    except Refusal as refusal:
        return str(refusal)
    return ""


def table(tally: Tally) -> dict[tuple[str, ...], int]:
    """Counts by n-grams of symbols, the boundary a full stop."""
    symbols = [chr(code).replace("\n", ".") for code in tally.symbols.tolist()]
    bits = width(tally.order)
    return {
        tuple(symbols[key >> bits * i & (1 << bits) - 1] for i in reversed(range(tally.order))): n
        for key, n in zip(tally.keys.tolist(), tally.counts.tolist(), strict=True)
    }


def assert_equals_what_is_loaded(tally: Tally, path: str) -> None:
    data = load_all(path)
    counts = count_all(data.words, data.vocabulary)
    symbols = data.vocabulary.symbols
    assert table(tally) == {(symbols[i], symbols[j]): n for i, j, n in counts.cells()}
    assert tuple(sorted(tally.lengths.items())) == data.lengths
    assert tally.cleaned == {name: getattr(data, name) for name in tally.cleaned}
    assert tally.distinct is not None
    assert tally.distinct.number == data.distinct


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("corpus") / "text.txt")


@given(text=TEXTS, size=st.integers(1, 40))
def test_any_text_is_counted_as_it_is_loaded(text: str, size: int, place: str) -> None:
    Path(place).write_bytes(text.encode())
    if wanted := refusal_of(lambda: load_all(place)):
        assert (
            refusal_of(lambda: counting.check(find([place]), counted(place, size=size))) == wanted
        )
    else:
        assert_equals_what_is_loaded(counted(place, size=size).tally, place)


@given(text=TEXTS, cuts=st.lists(st.integers(0, 200), max_size=4))
def test_units_cut_anywhere_hold_every_line_once(text: str, cuts: list[int], place: str) -> None:
    data = text.encode()
    Path(place).write_bytes(data)
    (source,) = find([place])
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    scanner = Scanner()
    whole = Scanner()
    for start, end in pairwise(ends):
        for piece in reading.Reader(source, reading.Unit(0, 0, start, end), unheard).pieces():
            scanner.take(piece.text)
    for piece in reading.Reader(source, reading.Unit(0, 0, 0, len(data)), unheard).pieces():
        whole.take(piece.text)
    assert table(scanner.tally()) == table(whole.tally())
    assert scanner.tally().cleaned == whole.tally().cleaned


@given(
    text=TEXTS,
    order=st.integers(1, 7),
    dots=st.integers(0, 6),
    cuts=st.lists(st.integers(0, 200), max_size=3),
    size=st.integers(1, 40),
)
def test_n_grams_are_those_that_models_are_made_of(
    text: str, order: int, dots: int, cuts: list[int], size: int, place: str
) -> None:
    data = text.encode()
    Path(place).write_bytes(data)
    if refusal_of(lambda: load_all(place)):
        return
    dots = min(dots, order - 1)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    units = [reading.Unit(i, 0, *each) for i, each in enumerate(pairwise(ends))]
    asked = Asked(order=max(2, order))
    tally = finish(count(find([place]), units, asked, 2, size)).tally.ends(order)
    loaded = load_all(place)
    words = finish(encode(loaded))
    refusal = refusal_of(lambda: contexts.count_all(words, loaded.vocabulary, order, dots))
    if refusal:
        assert refusal_of(lambda: table_of(tally, [], "words", dots)) == refusal
        return
    wanted = contexts.count_all(words, loaded.vocabulary, order, dots)
    found = table_of(tally, [], "words", dots).contexts
    assert found.vocabulary == wanted.vocabulary
    np.testing.assert_array_equal(found.grams, wanted.grams)
    np.testing.assert_array_equal(found.counts, wanted.counts)


@pytest.mark.parametrize("order", [3, 4])
def test_n_grams_stay_the_same_as_the_alphabet_grows(order: int) -> None:
    rng = np.random.default_rng(order)
    grams, wanted = Grams(order), Counter[tuple[int, ...]]()
    # From a table that each thread has for itself, over one that is laid out, to cells alone.
    for symbols in (3, 9, 40, 300, 5_000, 20):
        codes = rng.integers(97, 97 + symbols, 2_000)
        codes[rng.random(len(codes)) < 0.2] = codes[0] = codes[-1] = 10
        grams.take(codes.astype(np.uint32))
        for word in "".join(map(chr, codes)).split("\n"):
            spelled = [10] * (order - 1) + [ord(symbol) for symbol in word] + [10]
            if word:
                wanted.update(zip(*(spelled[i:] for i in range(order)), strict=False))
    tally = Tally(order, *grams.cells())
    found = {
        tuple(ord(each.replace(".", "\n")) for each in gram): n for gram, n in table(tally).items()
    }
    assert found == wanted


def test_more_symbols_than_go_into_an_n_gram_are_refused() -> None:
    codes = np.concatenate([[10], np.arange(4_096) + 0x4E00, [10]]).astype(np.uint32)
    Grams(4).take(codes)
    with pytest.raises(Refusal, match=r"more than 4,095 different symbols.* of order 5"):
        Grams(5).take(codes)


@given(text=TEXTS, size=st.integers(1, 40))
def test_running_text_is_what_its_lines_are_cleaned_to(text: str, size: int, place: str) -> None:
    Path(place).write_bytes(text.encode())
    cleaner = Cleaner(is_text=True)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for end in "\r\v\f\x85\u2028\u2029":
        lines = lines.replace(end, "\n")
    wanted: Counter[tuple[str, str]] = Counter()
    for line in map(cleaner.word, lines.split("\n")):
        symbols = ["\n", *line, "\n"] if line else []
        wanted.update(pairwise(symbols))
    if refusal := refusal_of(lambda: counted(place, size=size, is_text=True)):
        assert "UTF-16" in refusal
        return
    tally = counted(place, size=size, is_text=True).tally
    symbols = [chr(code) for code in tally.symbols.tolist()]
    pairs = ((symbols[key >> width(2)], symbols[key & (1 << width(2)) - 1]) for key in tally.keys)
    assert dict(zip(pairs, tally.counts.tolist(), strict=True)) == wanted


@pytest.mark.parametrize("hands", [1, 2, 3])
def test_files_are_counted_by_several_as_by_one(
    hands: int, words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 1000)
    monkeypatch.setattr(counting, "BLOCK", 1000)
    path = words_file("".join(f"wórd{i * 7919 % 1000}\nname{i}\n" for i in range(2000)))
    found = counted(path, path, hands=hands, size=100)
    assert len(found.blocks) > hands
    once = load_all(path)
    assert found.tally.words == 2 * len(once.words)
    assert found.tally.distinct is not None
    assert found.tally.distinct.number == once.distinct


def test_what_is_packed_is_counted_and_named_as_what_it_holds(tmp_path: Path) -> None:
    data = "".join(f"name{i}\n" for i in range(5000)).encode()
    (tmp_path / "plain.txt").write_bytes(data)
    (tmp_path / "packed.txt.gz").write_bytes(
        gzip.compress(data[:9000]) + gzip.compress(data[9000:])
    )
    named = set()
    for name in ("plain.txt", "packed.txt.gz"):
        sources = find([str(tmp_path / name)])
        units = units_of(sources, 2)
        found = finish(count(sources, units, Asked(), 2))
        named.update(counting.texts(units, found))
        assert found.tally.words == 5000
    assert len(named) == 1


def test_what_is_packed_by_zstd_is_counted_too(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd")
    path = tmp_path / "packed.zst"
    packed = zstd.compress(b"emma\nava\n") + zstd.compress(b"mia")
    path.write_bytes(packed)
    assert counted(str(path)).tally.words == 3
    path.write_bytes(packed[:-4] + b"\xff" * 4)
    with pytest.raises(Refusal, match=r"packed\.zst cannot be read: .*\. Check the file\."):
        counted(str(path))


def test_what_is_packed_and_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(os.urandom(5000).hex().encode())[:-20])
    with pytest.raises(Refusal, match=r"cut\.gz cannot be read: Compressed file ended before"):
        counted(str(path))


def test_a_folder_holds_files_and_a_pattern_names_some(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("b.txt", "a.txt", "more/c.txt", ".hidden"):
        (tmp_path / name).write_text("emma\n")
    names = [os.path.relpath(source.path, tmp_path) for source in find([str(tmp_path)])]
    assert names == ["a.txt", "b.txt", "more/c.txt"]
    assert len(find([str(tmp_path / "*.txt")])) == 2
    assert len(find([str(tmp_path / "**/*.txt")])) == 3
    with pytest.raises(Refusal, match=r"No file is named like .*\*\.gz"):
        find([str(tmp_path / "*.gz")])
    with pytest.raises(Refusal, match="There is no file"):
        find([str(tmp_path / "none.txt")])


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("lines", [0, 3, 200])
def test_a_bad_byte_is_named_as_when_it_is_loaded(start: bytes, lines: int, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    data = start + b"emma\n" * lines + b"av\xffa\nmia\n"
    path.write_bytes(data)
    with pytest.raises(Refusal) as loaded:
        load_all(str(path))
    with pytest.raises(Refusal) as refused:
        counted(str(path), size=64)
    assert str(refused.value) == str(loaded.value)
    packed = tmp_path / "bad.txt.gz"
    packed.write_bytes(gzip.compress(data))
    with pytest.raises(Refusal) as refused:
        counted(str(packed), size=64)
    assert str(refused.value) == str(loaded.value).replace("bad.txt", "bad.txt.gz")


def test_of_several_bad_bytes_the_first_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 1000)
    monkeypatch.setattr(counting, "BLOCK", 1000)
    path = tmp_path / "bad.txt"
    path.write_bytes((b"emma\n" * 190 + b"av\xffa\n") * 20)
    for _ in range(5):
        with pytest.raises(Refusal, match="in line 191, byte 3 "):
            counted(str(path), hands=3)


def test_a_line_that_is_too_long_is_refused(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 1000)
    with pytest.raises(Refusal, match="a line of more than 0 MiB from byte 6 on"):
        counted(words_file("emma\n" + "a" * 2000), size=100)


def test_the_hash_of_a_text_does_not_depend_on_how_it_came() -> None:
    data = os.urandom(10_000_000)
    whole, parts = Blocks(), Blocks()
    whole.take(memoryview(data))
    for start in range(0, len(data), 999_999):
        parts.take(memoryview(data)[start : start + 999_999])
    assert whole.digests() == parts.digests()
    assert len(whole.digests()) == 3
    assert tree(whole.digests()) == tree(parts.digests())


def test_many_words_are_told_apart_about_and_alike_in_any_order() -> None:
    hashes = np.random.default_rng(1).integers(0, 1 << 63, 200_000).astype(np.uint64) * 2 + 1
    hashes = hashes * np.uint64(0x9E3779B97F4A7C15)
    hashes ^= hashes >> np.uint64(32)
    forward, backward = Distinct(10_000), Distinct(10_000)
    for part in np.split(hashes, 8):
        forward.take(part)
    halves = Distinct(10_000), Distinct(10_000)
    for half, part in zip(halves, np.split(hashes[::-1], 2), strict=True):
        half.take(part)
        backward.join(half)
    assert not forward.is_exact
    assert forward.number == backward.number == pytest.approx(200_000, rel=0.05)


def test_threads_that_see_words_together_miss_none_and_hold_them_once() -> None:
    hashes = np.arange(400_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    together = Distinct(1_000_000, 1000)

    def see(own: NDArray[np.uint64]) -> None:
        for part in np.split(own, 100):
            together.take(part)

    threads = [threading.Thread(target=see, args=(own,)) for own in np.split(hashes, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pickle.loads(pickle.dumps(together)).number == together.number == 400_000
    tally = Tally(distinct=together)
    tally.join(Tally(distinct=together))
    assert together.number == 400_000


def test_a_word_has_one_hash_wherever_it_stands() -> None:
    hasher = Hasher()
    text = np.frombuffer(b"\nemma\nava\n\nemma\nanna\navaa\n", np.uint8)
    found = hasher.hashes(text, np.flatnonzero(text == 10)).tolist()
    assert found[0] == found[2]
    assert len(set(found)) == 4
    wide = hasher.hashes(text.astype(np.uint32), np.flatnonzero(text == 10)).tolist()
    assert wide == found


def test_an_alphabet_may_have_thousands_of_symbols() -> None:
    text = "".join(chr(0x4E00 + i * 17 % 5000) + "\n" * (i % 3 == 0) for i in range(20_000))
    codes = np.frombuffer(("\n" + text + "\n").encode("utf-32-le"), np.uint32)
    pairs = Pairs()
    for start in range(0, len(codes) - 1, 1000):
        pairs.take(codes[start : start + 1001])
    wanted = Counter(zip(codes[:-1].tolist(), codes[1:].tolist(), strict=True))
    symbols, keys, counts = pairs.cells()
    firsts, seconds = symbols[keys >> width(2)], symbols[keys & (1 << width(2)) - 1]
    found = zip(zip(firsts.tolist(), seconds.tolist(), strict=True), counts.tolist(), strict=True)
    assert dict(found) == wanted


def test_a_table_of_too_many_cells_is_refused() -> None:
    cells = Cells(most=100)
    cells.take(np.arange(101, dtype=np.uint32))
    with pytest.raises(Refusal, match="more than 100 cells"):
        cells.cells()


def test_a_large_table_is_told_of_in_little_more_memory_than_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firsts, size = 1 << 9, 1 << 4
    cells = np.arange(firsts * size * size)
    bits = width(3)
    keys = cells // size**2 << 2 * bits | cells // size % size << bits | cells % size
    counts = cells % 7 + 1
    symbols = np.append(10, np.arange(firsts - 1) + 0x4E00)
    tally = Tally(3, symbols, keys, counts, {1: int(counts.sum())})
    table = Table("text", tally, (), 2)
    told, at_once = table.counted(), tally.ends(2)
    assert told.parts[0].nll == pytest.approx(floor(table.contexts), abs=0)
    assert (told.contexts, told.cells, told.once) == (firsts * size, len(cells), sum(counts == 1))
    monkeypatch.setattr(scan, "AT_ONCE", 1 << 12)
    tracemalloc.start()
    try:
        table.counted()
        piece_by_piece = tally.ends(2)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert np.array_equal(piece_by_piece.keys, at_once.keys)
    assert np.array_equal(piece_by_piece.counts, at_once.counts)
    assert most < 2 * keys.nbytes
