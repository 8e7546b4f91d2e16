"""YAML files: data and lines, and every fault in a user's words."""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluate.intake.yamlfile import MAX_BYTES, YamlFile, parse_yaml, read_yaml
from indicators.errors import InputError, Place

TEXT = """\
# an assessment
schema: assessment/1
data:
  - path: a.csv
    columns:
      co2_t: {variable: co2,
              unit_of_measure: t}
  - {path: b.csv, columns: {x: {variable: so2}}}
breaks:
  2016: re-based
"""


def parse(text: str) -> YamlFile:
    return parse_yaml(text.encode(), "a.yaml")


def faults(text: str | bytes, language: str = "en") -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_yaml(text if isinstance(text, bytes) else text.encode(), "a.yaml")
    return [fault.line(language) for fault in caught.value.faults]


def test_data_is_plain_and_as_the_safe_loader_has_it():
    file = parse(TEXT)
    assert file.data == yaml.safe_load(TEXT)
    assert type(file.data) is dict
    assert type(file.data["data"]) is list
    assert list(file.data["breaks"]) == [2016]
    assert file.file == "a.yaml"


@pytest.mark.parametrize(
    ("path", "line", "key"),
    [
        (("schema",), 2, "schema"),
        (("data",), 3, "data"),
        (("data", 0), 4, "data[0]"),
        (("data", 0, "columns", "co2_t", "variable"), 6, "data[0].columns.co2_t.variable"),
        (("data", 0, "columns", "co2_t", "unit_of_measure"), 7, "data[0].columns.co2_t.unit_of_measure"),
        (("data", 1, "columns", "x"), 8, "data[1].columns.x"),
        (("breaks", 2016), 10, "breaks.2016"),
        (("breaks", "2016"), 10, "breaks.2016"),
        # what is missing has the line of the nearest key above it that is there
        (("data", 0, "columns", "co2_t", "nothing"), 6, "data[0].columns.co2_t.nothing"),
        (("data", 7, "path"), 3, "data[7].path"),
        (("schema", "nothing"), 2, "schema.nothing"),
        (("nothing",), 2, "nothing"),
        ((), 2, ""),
    ],
)
def test_a_place_is_the_line_of_the_key(path, line, key):
    assert parse(TEXT).place(path) == Place("a.yaml", line=line, key=key)


def test_data_of_aliases_and_merges_is_not_shared():
    file = parse("a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: *a\n  y: 3\nd: [*a, {<<: [*a, {z: 0}], x: 9}]\n")
    assert file.data == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"x": 1, "y": 3},
        "d": [{"x": 1, "y": 2}, {"x": 9, "y": 2, "z": 0}],
    }
    assert file.data["a"] is not file.data["b"]
    assert file.place(("c", "x")).line == 1
    assert file.place(("c", "y")).line == 5
    assert file.place(("d", 0)).line == 6


def test_scalars_of_yaml_1_1_that_surprise_stay_the_text_that_was_written():
    text = "a: 010\nb: 12:30\nc: 1_000\nd: 2020-01-01\ne: 1e3\nf: -.5\n"
    text += "g: yes\nh: ~\ni: '1'\nj: !!str 2\nk: 1e8 CNY\nl: 0x1F\n"
    assert parse(text).data == {
        "a": "010", "b": "12:30", "c": "1_000", "d": "2020-01-01", "e": 1000.0, "f": -0.5, "g": True, "h": None,
        "i": "1", "j": "2", "k": "1e8 CNY", "l": "0x1F",
    }  # fmt: skip


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert parse_yaml(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "a.yaml").data == {"a": 1, "b": 2}


def test_duplicate_keys_name_both_lines():
    assert faults("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n") == [
        "a.yaml:4  b.c: this key stands twice, in line 3 and line 4; remove one",
        "a.yaml:5  a: this key stands twice, in line 1 and line 5; remove one",
    ]
    assert faults("a: 1\na: 2\n", "zh") == ["a.yaml:2  a: 此键出现两次，第 1 行和第 2 行；请删去一个"]


def test_keys_that_yaml_takes_for_something_else_are_to_be_quoted():
    assert faults("no: 1\nOn: 2\n2020-01-01: y\n~: z\n1.5: q\n2016: x\n") == [
        "a.yaml:1  the key 'no' is read as true or false; put it in quotes: \"no\"",
        "a.yaml:2  the key 'On' is read as true or false; put it in quotes: \"On\"",
        "a.yaml:3  the key '2020-01-01' is read as a date; put it in quotes: \"2020-01-01\"",
        "a.yaml:4  the key '~' is read as nothing; name the key, or put it in quotes: \"~\"",
        "a.yaml:5  the key '1.5' is read as a decimal number; put it in quotes: \"1.5\"",
    ]
    assert parse("'no': 1\n\"2020-01-01\": 2\n").data == {"no": 1, "2020-01-01": 2}
    assert faults("a:\n  no: 1\n", "zh") == ['a.yaml:2  a: 键“no”会被读作真假值；请加引号："no"']


COLON = (
    "an unexpected ':'; one key a line with a blank after its colon, keys of one level indented alike, "
    "a text that holds ': ' in quotes"
)
INDENT = "expected a key or '- ' indented like those above; check indentation, quotes and brackets"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a:\n\tb: 1\n", 2, "a tab stands where blanks are expected; indent with blanks"),
        ("a: 1\n\tb: 2\n", 2, "a tab stands where blanks are expected; indent with blanks"),
        ("a: b: c\n", 1, COLON),
        ("a:1\nb: 2\n", 2, COLON),
        ("a: 1\n  b: 2\n", 2, COLON),
        ("a:\n   b: 1\n  c: 2\n", 3, INDENT),
        ("a:\n- 1\nb: 2\n- 3\n", 4, INDENT),
        ("a: 'it's'\n", 1, INDENT),
        ('x: 1\na: "abc\nb: 1\n', 2, "the quote that opens here is never closed"),
        ("x: 1\na: [1, 2\nb: 3\n", 2, "the list that opens here is not closed with ']', or lacks a ','"),
        ("x: 1\na: {x: 1\nb: 3\n", 2, "the '{' that opens here is not closed with '}', or lacks a ','"),
        ("x: 1\nb\nc: 2\n", 2, "a key without ':' after it"),
        ("a: @x\n", 1, "a text cannot begin with '@'; put it in quotes"),
        ("a: `x`\n", 1, "a text cannot begin with '`'; put it in quotes"),
        ("a: %x\n", 1, "a text cannot begin with '%'; put it in quotes"),
        ("a: * x\n", 1, "put a text that begins with '*' or '&' in quotes"),
        ('a: "C:\\q"\n', 1, "inside double quotes '\\' begins an escape; use single quotes, or '/' in paths"),
        ("a: - 1\n", 1, "a '-' cannot stand here; each entry of a list stands on its own line, indented alike"),
        ("a: 1\nb: \x01\n", 2, "holds a control character that cannot be seen; remove it"),
        ("城: 1\nb: \x00\n", 2, "holds a control character that cannot be seen; remove it"),
        ("a: 1\n---\nb: 2\n", 2, "a file holds one document only; remove '---' or '...' and what follows"),
        ("a: !x!y 1\n", 1, "an unknown tag; put a text that begins with '!' in quotes"),
        ("%YAML 3.0\n---\na: 1\n", 1, "is no valid YAML here; check indentation, quotes and brackets"),
    ],
)
def test_what_does_not_parse_is_said_in_a_users_words(text, line, message):
    assert faults(text) == [f"a.yaml:{line}  {message}"]


def test_what_does_not_parse_is_said_in_chinese():
    assert faults("a:\n\tb: 1\n", "zh") == ["a.yaml:2  缩进用了制表符；应为空格"]
    assert faults('a: "abc\n', "zh") == ["a.yaml:1  此处开始的引号没有结束"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [*x]\n", "a.yaml:1  a[0]: the alias '*x' stands for something that holds itself"),
        ("a: &x {b: {c: *x}}\n", "a.yaml:1  a.b.c: the alias '*x' stands for something that holds itself"),
        ("a: *x\n", "a.yaml:1  a: there is no anchor '&x'; put a text that begins with '*' in quotes"),
        ("a: !foo 1\n", "a.yaml:1  a: the tag '!foo' is not accepted; put a text that begins with '!' in quotes"),
        (
            "a: !!python/object/apply:os.system ['ls']\n",
            "a.yaml:1  a: the tag '!!python/object/apply:os.system' is not accepted; "
            "put a text that begins with '!' in quotes",
        ),
        ("a: !!int x\n", "a.yaml:1  a: the tag !!int does not fit 'x'"),
        ("a: {<<: 3}\n", "a.yaml:1  a: '<<' must be followed by the alias of a mapping, such as <<: *name"),
        (
            "a: {{x}}\n",
            "a.yaml:1  a: a key must be a text or a whole number; put a text that begins with '{' or '[' in quotes",
        ),
        ("- a\n", "a.yaml:1  the file must be a mapping of keys, such as schema: …"),
        ("abc\n", "a.yaml:1  the file must be a mapping of keys, such as schema: …"),
        ("", "a.yaml  the file is empty; expected a mapping of keys"),
        ("# nothing\n", "a.yaml  the file is empty; expected a mapping of keys"),
        ("null\n", "a.yaml  the file is empty; expected a mapping of keys"),
        ("a: " + "[" * 200 + "]" * 200, "a.yaml:1  is nested more than 60 levels deep"),
        ("? " * 200 + "a", "a.yaml:1  is nested more than 60 levels deep"),
    ],
)
def test_what_parses_and_is_refused(text, message):
    assert message in faults(text)


def test_a_million_brackets_end_in_a_fault():
    assert faults("a: " + "[" * 1_000_000) == ["a.yaml:1  is nested more than 60 levels deep"]


def test_aliases_that_multiply_are_bounded():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{n}: &{n} [{', '.join(['*' + before] * 10)}]" for before, n in zip("abcdefgh", "bcdefghi", strict=True)]
    assert faults("\n".join(lines)) == ["a.yaml:6  expands to more than 200000 values"]


def test_merges_that_multiply_are_bounded():
    wide = "a: &a {" + ", ".join(f"k{i}: 0" for i in range(20_000)) + "}\n"
    text = wide + "".join(f"b{i}: {{<<: *a}}\n" for i in range(50_000))
    # 40,002 of its own (keys count), then 20,003 for each of the next lines
    assert faults(text) == ["a.yaml:9  expands to more than 200000 values"]


def test_aliases_that_nest_are_bounded():
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 10)]
    assert faults("\n".join(lines)) == ["a.yaml:7  is nested more than 60 levels deep"]


def test_what_is_no_utf8_names_the_line():
    assert faults("a: 1\nb: 城市\n".encode("gb18030")) == ["a.yaml:2  is no UTF-8; save the file as UTF-8"]
    assert faults("a: 1\n".encode("utf-16")) == ["a.yaml:1  is no UTF-8; save the file as UTF-8"]


def test_files_that_cannot_be_read(tmp_path, said):
    (tmp_path / "assessment.yaml").write_text("a: 1\n", encoding="utf-8")
    assert said(lambda: read_yaml(tmp_path / "asessment.yaml", "x/asessment.yaml")) == [
        "x/asessment.yaml  there is no file 'x/asessment.yaml'; did you mean 'x/assessment.yaml'?"
    ]
    assert said(lambda: read_yaml(tmp_path / "no" / "a.yaml", "a.yaml")) == ["a.yaml  there is no file 'a.yaml'"]
    assert said(lambda: read_yaml(tmp_path / "assessment.yaml" / "a.yaml", "a.yaml")) == [
        "a.yaml  there is no file 'a.yaml'"
    ]
    assert said(lambda: read_yaml(tmp_path, "folder"), "zh") == ["folder  “folder”是文件夹；应为文件"]
    assert said(lambda: read_yaml(Path("a\0b"), "odd")) == ["odd  'odd' cannot be read (embedded null byte)"]
    assert read_yaml(tmp_path / "assessment.yaml", "a").data == {"a": 1}


def test_a_file_too_large_to_be_yaml(tmp_path, said):
    (tmp_path / "data.bin").write_bytes(b"x" * (MAX_BYTES + 1))
    assert said(lambda: read_yaml(tmp_path / "data.bin", "data.bin")) == [
        "data.bin  'data.bin' has 5 MB, a file of this kind at most 5 MB; is it the right file?"
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_not_waited_for(tmp_path, said):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert said(lambda: read_yaml(tmp_path / "pipe.yaml", "pipe.yaml")) == [
        "pipe.yaml  'pipe.yaml' is a device or pipe; expected a file"
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path, said):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    path.chmod(0)
    assert said(lambda: read_yaml(path, "a.yaml")) == ["a.yaml  no permission to read 'a.yaml'"]


def _read(data: bytes) -> None:
    """Read anything: data or an `InputError` whose texts can be shown, never anything else."""
    try:
        file = parse_yaml(data, "a.yaml")
    except InputError as error:
        assert error.render("en").startswith(f"{len(error.faults)} fault")
        assert error.render("zh")
        assert all(fault.place.file == "a.yaml" for fault in error.faults)
    else:
        assert isinstance(file.data, dict)
        for key in file.data:
            assert file.place((key,)).line >= 1


@given(st.binary(max_size=200))
def test_random_bytes_give_data_or_faults(data):
    _read(data)


@given(st.text(alphabet="ab01:-[]{},&*!?<|>'\"%@`#~. \n\t\r\u2028\ufeff城=_", max_size=60))
def test_random_yaml_gives_data_or_faults(text):
    _read(text.encode())


# without digits: PyYAML writes the text 1e3 without quotes, which YAML 1.2 and we read as a number
WORDS = st.text(alphabet="abYesNo ~:-#城市'\"{}[]&*!|>%@,?\n\t", max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, JSON, min_size=1, max_size=4))
def test_what_another_program_wrote_comes_back(data):
    assert parse(yaml.safe_dump(data, allow_unicode=True)).data == data
