"""A model file's header: read where it is sound, refused in words where it is not, whatever stands in it."""

import math
import struct
from pathlib import Path
from typing import Any

import pytest
from gguf_files import ARRAY, BOOL, F32, F64, I32, STRING, TENSORS, U8, U32, U64, gguf
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.engine.gguf import Header, read_header
from synthdial.errors import SynthdialError

SOUND = gguf()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models") / "piep.gguf"


def read(place: Path, content: bytes) -> Header:
    place.write_bytes(content)
    return read_header(place)


def refusal(place: Path, content: bytes) -> str:
    with pytest.raises(SynthdialError) as caught:
        read(place, content)
    assert place.name in caught.value.message
    return caught.value.message


def everything(header: Header) -> tuple[Any, ...]:
    """Everything that the program asks of a header."""
    return (
        header.architecture, header.name, header.quantisation, header.chat_template, header.n_layer,
        header.n_ctx_train, header.n_embd, header.cache_bytes_per_token, header.n_vocab, header.size,
    )  # fmt: skip


class TestSoundFiles:
    def test_says_what_it_holds(self, place: Path) -> None:
        header = read(place, SOUND)
        assert (header.architecture, header.name, header.quantisation) == ("llama", "Piep", "Q4_K_M")
        assert (header.n_layer, header.n_embd, header.n_ctx_train, header.n_vocab) == (2, 8, 512, 3)
        assert header.tensors == {"blk.0.attn_q.weight": 64, "blk.1.attn_q.weight": 18}
        assert header.size == len(SOUND)
        assert header.chat_template is None

    def test_a_token_takes_two_bytes_for_each_key_and_value_of_each_layer(self, place: Path) -> None:
        # 2 layers, 1 head of 4 keys and 4 values, 2 bytes each
        assert read(place, SOUND).cache_bytes_per_token == 2 * 1 * (4 + 4) * 2

    def test_heads_may_differ_from_layer_to_layer(self, place: Path) -> None:
        heads = {"llama.attention.head_count_kv": (ARRAY, (U32, [1, 3]))}
        assert read(place, gguf(heads)).cache_bytes_per_token == (1 + 3) * (4 + 4) * 2

    def test_lengths_of_keys_and_values_may_be_given(self, place: Path) -> None:
        lengths = {"llama.attention.key_length": (U32, 6), "llama.attention.value_length": (U32, 10)}
        assert read(place, gguf(lengths)).cache_bytes_per_token == 2 * (6 + 10) * 2

    def test_a_chat_template_makes_an_instruct_model(self, place: Path) -> None:
        assert read(place, gguf({"tokenizer.chat_template": (STRING, "{{ x }}")})).chat_template == "{{ x }}"
        assert read(place, gguf({"tokenizer.chat_template": (STRING, "  ")})).chat_template is None

    def test_the_files_name_stands_in_for_a_missing_one(self, place: Path) -> None:
        header = read(place, gguf({"general.name": None, "general.file_type": None}))
        assert (header.name, header.quantisation) == ("piep", "unknown")

    def test_a_large_vocabulary_is_counted_and_not_kept(self, place: Path) -> None:
        tokens = (ARRAY, (STRING, [f"t{i}" for i in range(5000)]))
        scores = (ARRAY, (F32, [0.0] * 5000))
        header = read(place, gguf({"tokenizer.ggml.tokens": tokens, "tokenizer.ggml.scores": scores}))
        assert header.n_vocab == 5000
        assert not any(key.startswith("tokenizer.ggml") for key in header.fields)

    def test_text_that_is_not_utf_8_is_read(self, place: Path) -> None:
        assert "\ufffd" in read(place, gguf({"general.name": (STRING, b"Pi\xffep")})).name

    def test_version_2_is_read(self, place: Path) -> None:
        assert read(place, gguf(version=struct.pack("<I", 2))).n_layer == 2


class TestOtherFiles:
    @pytest.mark.parametrize("content", [b"", b"G", b"GGU", b"GGML" + bytes(99), b"\x7fELF" + bytes(99), b"Arts: ja"])
    def test_what_is_no_gguf_is_said_to_be_none(self, place: Path, content: bytes) -> None:
        assert "is not a GGUF model file" in refusal(place, content)

    def test_a_missing_file_and_a_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / "absent.gguf", tmp_path):
            with pytest.raises(SynthdialError, match="cannot be read"):
                read_header(path)

    @pytest.mark.parametrize("version", [struct.pack(">I", 3), struct.pack("<I", 1), struct.pack("<I", 4)])
    def test_other_versions_and_big_endian_files_are_refused(self, place: Path, version: bytes) -> None:
        assert "versions 2 and 3 are read" in refusal(place, gguf(version=version))
        with pytest.raises(SynthdialError, match="little-endian"):
            read_header(place)


class TestDamage:
    def test_truncated_at_any_byte(self, place: Path) -> None:
        for length in range(len(SOUND)):
            message = refusal(place, SOUND[:length])
            assert "truncated" in message or length < 4, length

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"llama.block_count": (U32, 100_000)}, "claims 100000 layers"),
            ({"llama.block_count": (U32, 0)}, "claims 0 layers"),
            ({"llama.block_count": (I32, -1)}, "claims -1 layers"),
            ({"llama.block_count": (STRING, "2")}, "claims 0 layers"),
            ({"llama.block_count": None}, "claims 0 layers"),
            ({"llama.block_count": (U32, 3)}, "announces 3 layers and holds fewer"),
            ({"llama.embedding_length": (U64, 1 << 60)}, "claims a width"),
            ({"llama.embedding_length": None}, "claims a width of 0"),
            ({"general.architecture": None}, "does not name its architecture"),
            ({"tokenizer.ggml.tokens": None}, "holds no vocabulary"),
            ({"tokenizer.ggml.tokens": (U32, 5)}, "holds no vocabulary"),
            ({"general.alignment": (U32, 0)}, "alignment is 0"),
            ({"general.alignment": (STRING, "x")}, "alignment is 'x'"),
        ],
    )
    def test_what_makes_no_sense_is_named(self, place: Path, changes: dict[str, Any], message: str) -> None:
        assert message in refusal(place, gguf(changes))

    NUMBERS = (
        "block_count", "embedding_length", "context_length", "attention.head_count", "attention.head_count_kv",
        "attention.key_length", "attention.value_length",
    )  # fmt: skip
    STRANGE = (
        (F32, math.inf), (F64, -math.inf), (F64, math.nan), (F32, 1e30), (F64, 1e300), (U64, (1 << 64) - 1), (I32, -7),
        (STRING, "veel"), (BOOL, True), (ARRAY, (STRING, ["x"])), (ARRAY, (U8, [])), (ARRAY, (F32, [math.nan])),
    )  # fmt: skip

    @pytest.mark.parametrize("key", NUMBERS)
    @pytest.mark.parametrize("value", STRANGE, ids=lambda value: str(value[1]))
    def test_a_number_that_makes_no_sense_is_refused_or_passed_over(self, place: Path, key: str, value: Any) -> None:
        try:
            everything(read(place, gguf({f"llama.{key}": value})))
        except SynthdialError as error:
            assert place.name in error.message

    def test_no_tensors(self, place: Path) -> None:
        assert "holds no weights" in refusal(place, gguf(tensors=[]))

    def test_a_tensor_of_many_dimensions(self, place: Path) -> None:
        assert "5 dimensions" in refusal(place, gguf(tensors=[("x", (1, 1, 1, 1, 1), 0, 4)]))

    def test_a_tensor_larger_than_the_file(self, place: Path) -> None:
        huge = [TENSORS[0], ("blk.1.attn_q.weight", (1 << 62, 1 << 62), 0, 64)]
        assert "truncated" in refusal(place, gguf(tensors=huge))

    @pytest.mark.parametrize("at", [8, 16], ids=["tensors", "fields"])
    @pytest.mark.parametrize("count", [1 << 20, 1 << 63, (1 << 64) - 1])
    def test_counts_larger_than_the_file(self, place: Path, at: int, count: int) -> None:
        assert "truncated" in refusal(place, SOUND[:at] + struct.pack("<Q", count) + SOUND[at + 8 :])

    @pytest.mark.parametrize("length", [1 << 20, 1 << 40, (1 << 64) - 1])
    def test_a_text_longer_than_the_file(self, place: Path, length: int) -> None:
        assert "truncated" in refusal(place, SOUND[:24] + struct.pack("<Q", length) + SOUND[32:]) or length > 1 << 24

    def test_lists_in_lists_are_followed_a_few_levels_only(self, place: Path) -> None:
        value: Any = (U8, [1])
        for _ in range(50):
            value = (ARRAY, [value])
        assert "damaged" in refusal(place, gguf({"x": (ARRAY, value)}))

    mutations = st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4)

    @settings(max_examples=500)
    @given(mutations, st.integers(0, 40))
    def test_any_bytes_changed_give_a_header_or_a_message(
        self, place: Path, changes: list[tuple[int, int]], cut: int
    ) -> None:
        content = bytearray(SOUND)
        for at, byte in changes:
            content[at] = byte
        try:
            header = read(place, bytes(content[: len(content) - cut] if cut > 30 else content))
        except SynthdialError as error:
            assert place.name in error.message
        else:
            everything(header)

    @settings(max_examples=200)
    @given(st.binary(max_size=200))
    def test_any_bytes_after_the_magic_give_a_message(self, place: Path, rest: bytes) -> None:
        refusal(place, b"GGUF\3\0\0\0" + rest)
