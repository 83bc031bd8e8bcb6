"""Ways to damage the content of a file, drawn by chance: bytes, lines, values, archives, databases."""

import contextlib
import copy
import io
import json
import random
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

from gguf_files import ARRAY, STRING, U32, text
from tiny_model import model_file, model_parts

Chance = random.Random

_PIECES = (
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\r", b"\n\n\n", b'"', b"'''", b"[" * 3000, b"{" * 3000,
    b"<" * 300, b"1e999", b"nan", b"-1", b"99999999999999999999", b"0" * 5000, b"\xe2\x80\xae", b"\x1b[2J", b"&amp;&x;",
    b"\\u0000", b"\xed\xa0\x80", b"Arts:" * 200, b"00:00:00.000 --> 99:99:99.999", b"x" * 20000, b"=", b":", b",,,,",
    b"\t" * 40,
)  # fmt: skip
_VALUES = (
    '""', "0", "-1", "1", "1.5", "1e999", "nan", "true", "[]", "{}", "[[1]]", '["a"]', '"x"', "1979-05-27",
    "99999999999999999999", '"' + "y" * 20000 + '"', '"""a\nb"""', "'\u202e'", '"\\u0000"', "[1, 'a']", "{a = 1}",
)  # fmt: skip
_JSON_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 1e308, float("inf"), float("nan"), 10**30, "", "x", "\0", "\ud800", "y" * 20000,
    [], {}, [None], [[]], {"a": 1}, [1, "a"], "Arts", "2026-01-01",
)  # fmt: skip


def damage_bytes(data: bytes, chance: Chance) -> bytes:
    """Flip, cut, repeat, move, insert: one to four times."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        length = len(content)
        a, b = sorted((chance.randint(0, length), chance.randint(0, length)))
        b = min(b, a + chance.choice((1, 4, 30, 400, 20000)))
        way = chance.randrange(7)
        if way == 0 and length:
            for _ in range(chance.choice((1, 1, 3, 20))):
                content[chance.randrange(length)] = chance.randrange(256)
        elif way == 1:
            del content[a:b]
        elif way == 2:
            content[a:a] = content[a:b]
        elif way == 3:
            content[a:a] = chance.choice(_PIECES)
        elif way == 4:
            content[a:b] = chance.choice(_PIECES)
        elif way == 5:
            del content[chance.randint(0, length) :]
        else:
            part = content[a : min(b, a + 400)]
            content[a:a] = part * chance.choice((2, 10, 200))
    return bytes(content)


def damage_lines(data: bytes, chance: Chance) -> bytes:
    """Remove, double, exchange, join, indent lines; or damage bytes."""
    if chance.random() < 0.5:
        return damage_bytes(data, chance)
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        if not lines:
            break
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        way = chance.randrange(6)
        if way == 0:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[other])
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 3:
            lines[at] += lines[other]
        elif way == 4:
            lines[at] = chance.choice((b"  ", b"\t", b"# ", b"- ")) + lines[at]
        else:
            lines[at] = damage_bytes(lines[at], chance)
    return b"\n".join(lines)


def damage_toml(data: bytes, chance: Chance) -> bytes:
    """Give keys other values and names; or damage lines."""
    if chance.random() < 0.3:
        return damage_lines(data, chance)
    lines = data.decode().split("\n")
    places = [at for at, line in enumerate(lines) if "=" in line]
    for _ in range(chance.choice((1, 1, 1, 3))):
        at = chance.choice(places)
        key, _, value = lines[at].partition("=")
        lines[at] = chance.choice((
            f"{key}= {chance.choice(_VALUES)}",
            f"{key}= {chance.choice(_VALUES)}",
            f"{key.strip()}x = {value}",
            f"{lines[at]}\n{lines[at]}",
            "",
            f"[{key.strip()}]\n{lines[at]}",
            f"[[{key.strip()}]]",
            f"{key.strip()}.a = {value}",
        ))  # fmt: skip
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def damage_json(data: bytes, chance: Chance) -> bytes:
    """Give places in an object other values, remove them, double them; or damage bytes."""
    if chance.random() < 0.3:
        return damage_lines(data, chance)
    lines = [json.loads(line) for line in data.decode().splitlines()] if data.count(b"\n{") else [json.loads(data)]
    for _ in range(chance.choice((1, 1, 1, 3))):
        holders: list[Any] = []
        _collect(lines, holders)
        holder = chance.choice(holders)
        if isinstance(holder, dict) and holder:
            key = chance.choice(list(holder))
            way = chance.randrange(3)
            if way == 0:
                del holder[key]
            elif way == 1:
                holder[chance.choice(("", "x", "turns", "id", "\ud800"))] = holder.pop(key)
            else:
                holder[key] = copy.deepcopy(chance.choice(_JSON_VALUES))
        elif isinstance(holder, list) and holder:
            at = chance.randrange(len(holder))
            if chance.random() < 0.5:
                holder[at] = copy.deepcopy(chance.choice(_JSON_VALUES))
            else:
                holder[at:at] = [copy.deepcopy(holder[at]) for _ in range(chance.choice((1, 50)))]
    return "\n".join(json.dumps(line) for line in lines).encode()


def _collect(value: Any, holders: list[Any]) -> None:
    if isinstance(value, dict | list) and value:
        holders.append(value)
        for inner in value.values() if isinstance(value, dict) else value:
            _collect(inner, holders)


def damage_zip(data: bytes, chance: Chance) -> bytes:
    """Damage the document inside an archive and pack it again; or damage the archive."""
    if chance.random() < 0.25:
        return damage_bytes(data, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(target, "w") as archive:
        names = [member.filename for member in whole.infolist()]
        hit = chance.choice((*["word/document.xml"] * 4, *names))
        for member in whole.infolist():
            content = whole.read(member)
            if member.filename == hit:
                if chance.random() < 0.1:
                    continue
                content = damage_bytes(content, chance)
            archive.writestr(member, content)
    return target.getvalue()


_SQL = (
    "UPDATE {table} SET {column} = NULL",
    "UPDATE {table} SET {column} = 'x' || rowid",
    "UPDATE {table} SET {column} = 7",
    "UPDATE {table} SET {column} = 1e308",
    "UPDATE {table} SET {column} = -9223372036854775808",
    "UPDATE {table} SET {column} = x'ff00fe'",
    "UPDATE {table} SET {column} = cast(x'fffe41' AS TEXT)",
    "UPDATE {table} SET {column} = '{{}}'",
    "UPDATE {table} SET {column} = '[' || {column}",
    "UPDATE {table} SET {column} = replace({column}, '1', '99999999999999999999')",
    "UPDATE {table} SET {column} = replace({column}, ':', ': null,')",
    "UPDATE {table} SET {column} = (SELECT {column} FROM {table} ORDER BY random() LIMIT 1)",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} RENAME COLUMN {column} TO other",
    "ALTER TABLE {table} RENAME TO other",
    "DROP TABLE {table}",
    "PRAGMA user_version = 1",
    "PRAGMA user_version = 99",
    "PRAGMA user_version = -5",
    "PRAGMA application_id = 1",
)


def damage_database(path: Path, chance: Chance) -> None:
    """Change what stands in a study by SQL, or damage the bytes of its file or of its ``-wal``."""
    wal = Path(f"{path}-wal")
    if chance.random() < 0.5:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute("PRAGMA ignore_check_constraints = ON")
            for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER {trigger}")
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            table = chance.choice(tables)
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            with contextlib.suppress(sqlite3.Error):  # not every column takes every value
                db.execute(chance.choice(_SQL).format(table=table, column=chance.choice(columns)))
        return
    target = wal if wal.exists() and chance.random() < 0.5 else path
    target.write_bytes(_damage_pages(target.read_bytes(), chance))


def _damage_pages(data: bytes, chance: Chance) -> bytes:
    content = bytearray(data)
    way = chance.randrange(5)
    pages = max(1, len(content) // 4096)
    if way == 0:
        return damage_bytes(data, chance)
    if way == 1:
        del content[chance.randint(0, len(content)) :]
    elif way == 2:
        at = 4096 * chance.randrange(pages)
        content[at : at + 4096] = bytes(4096)
    elif way == 3:
        a, b = (4096 * chance.randrange(pages) for _ in range(2))
        content[a : a + 4096], content[b : b + 4096] = content[b : b + 4096], content[a : a + 4096]
    else:
        for _ in range(chance.choice((1, 10, 200))):
            page = 4096 * chance.randrange(pages)
            at = page + chance.choice((chance.randrange(110), chance.randrange(4096)))  # heads of pages matter most
            if at < len(content):
                content[at] = chance.randrange(256)
    return bytes(content)


def damage_gguf(data: bytes, chance: Chance, head: int) -> bytes:
    """Damage the head of a model file, of which so many bytes are the head; rarely what follows it."""
    content = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(head)
        way = chance.randrange(6)
        if way == 0:
            content[at] = chance.randrange(256)
        elif way == 1:
            size = chance.choice((4, 8))
            number = chance.choice((0, 1, 2**31 - 1, 2**32 - 1, 2**63, 2**64 - 1, chance.randrange(2**16)))
            content[at : at + size] = number.to_bytes(8, "little")[:size]
        elif way == 2:
            del content[at : at + chance.choice((1, 8, 64))]
        elif way == 3:
            content[at:at] = chance.randbytes(chance.choice((1, 8, 64)))
        elif way == 4:
            content[at : at + 8] = content[chance.randrange(head) :][:8]
        elif chance.random() < 0.5:
            del content[chance.randrange(len(content)) :]
            break
    return bytes(content)


def damage_model(chance: Chance) -> bytes:
    """A model whose file is in order, and in which values, the table of tensors, or weights are not."""
    fields, tensors = model_parts()
    for _ in range(chance.choice((0, 1, 1, 2))):
        key = chance.choice(list(fields))
        kind, value = fields[key]
        if chance.random() < 0.15:
            del fields[key]
        elif kind == ARRAY:
            fields[key] = kind, (value[0], _damaged_list(value[1], chance))
        elif kind == STRING:
            fields[key] = kind, chance.choice(("", "gpt2", "bert", "rwkv", "t5", "mamba", "x" * 5000, "\0", "no_vocab"))
        else:
            fields[key] = U32, chance.choice((0, 1, 2, 3, 7, 33, 255, 2**16, 2**20, 2**31 - 1, 2**31, 2**32 - 1))
    content = bytearray(model_file(fields, tensors))
    begin = len(content) - sum(4 * len(values) for _, values in tensors.values())
    for _ in range(chance.choice((0, 1, 1, 2))):
        name = chance.choice(list(tensors))
        at = content.find(text(name)) + 8 + len(name)
        place, size = chance.choice(((0, 4), (4, 8), (12, 8), (20, 4), (24, 8), (-1, 1)))  # dimensions, kind, offset
        number = chance.choice((0, 1, 2, 8, 12, 30, 31, 32, 64, 2**20, 2**31, 2**40, 2**63, 2**64 - 1))
        content[at + place : at + place + size] = number.to_bytes(8, "little")[:size]
    for _ in range(chance.choice((0, 0, 1, 200))):
        at = begin + 4 * chance.randrange((len(content) - begin) // 4)
        content[at : at + 4] = struct.pack("<f", chance.choice((float("nan"), float("inf"), -3e38, 3e38, 1e-40, -1.0)))
    if chance.random() < 0.1:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def _damaged_list(items: list[Any], chance: Chance) -> list[Any]:
    way = chance.randrange(5)
    if way == 0 or not items:
        return []
    if way == 1:
        return items[: chance.randrange(len(items))]
    if way == 2:
        return items * 3
    other = chance.choice(("", "a" * 3000, items[0], "\u2581" * 50)) if isinstance(items[0], str) else items[0]
    if isinstance(items[0], float):
        other = chance.choice((float("nan"), float("inf"), -1e30))
    elif isinstance(items[0], int):
        other = chance.choice((-1, 0, 3, 5, 6, 99, 2**31 - 1))
    return [other if way == 3 or chance.random() < 0.3 else item for item in items]
