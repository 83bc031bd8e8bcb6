"""TOML that people write: every mistake is one message that names the place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthdial.errors import SynthdialError
from synthdial.toml_file import check_keys, expect, expect_texts, nearest, read_toml


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "a.toml"


def test_reads_a_file_with_or_without_byte_order_mark(toml: Path) -> None:
    toml.write_bytes('\ufeffa = "é"\r\n[b]\nc = 1\n'.encode())
    assert read_toml(toml) == {"a": "é", "b": {"c": 1}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = 1\nb = \n", "line 2"),
        (b"a = 1\na = 2\n", "valid TOML"),
        (b'a = "\xe9"\n', "not UTF-8"),
        (b"\xff\xfea\0=\0", "not UTF-8"),
    ],
)
def test_a_mistake_is_named(toml: Path, content: bytes, message: str) -> None:
    toml.write_bytes(content)
    with pytest.raises(SynthdialError, match=message) as caught:
        read_toml(toml)
    assert str(toml) in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.toml", tmp_path):
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_toml(path)


@pytest.mark.parametrize("content", [b"a = " + b"[" * 20_000, b"a = " + b"1" * 10_000], ids=["nested", "many digits"])
def test_toml_that_python_cannot_hold_is_one_message_too(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    with pytest.raises(SynthdialError):
        read_toml(toml)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text("a=[]{}\"'\n.#1- ", max_size=60).map(str.encode))
def test_any_content_is_a_table_or_a_message(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    try:
        assert isinstance(read_toml(toml), dict)
    except SynthdialError as error:
        assert str(toml) in error.message


def test_the_nearest_word_is_suggested() -> None:
    assert nearest("patent", ["Arts", "Patiënt", "patient"]) == "Did you mean 'patient'?"
    assert nearest("xyz", ["Arts"]) == ""
    assert nearest("a", []) == ""


def test_an_unknown_key_is_named_with_the_nearest() -> None:
    with pytest.raises(SynthdialError) as caught:
        check_keys({"titel": 1}, "The card", ("title",), ("facts",))
    assert "unknown key 'titel'" in caught.value.message
    assert "'title'" in caught.value.hint


def test_an_unknown_key_like_no_other_is_answered_with_all() -> None:
    with pytest.raises(SynthdialError, match=r"Known keys: title, facts\."):
        check_keys({"zzzz": 1}, "The card", ("title",), ("facts",))


def test_a_missing_key_is_named() -> None:
    check_keys({"a": 1}, "The card", ("a",), ("b",))
    with pytest.raises(SynthdialError, match="lacks the key 'b'"):
        check_keys({"a": 1}, "The card", ("a", "b"))


@pytest.mark.parametrize(("value", "kind"), [("a", int), (True, int), (1, str), (True, (int, float)), (None, dict)])
def test_a_value_of_another_kind_is_refused(value: object, kind: Any) -> None:
    with pytest.raises(SynthdialError, match="the place must be the thing"):
        expect(value, kind, "the place", "the thing")


def test_a_list_of_texts() -> None:
    assert expect_texts(["a", ""], "x") == ("a", "")
    for wrong in ("a", ["a", 1], {"a": 1}, None):
        with pytest.raises(SynthdialError, match="a list of texts"):
            expect_texts(wrong, "x")
