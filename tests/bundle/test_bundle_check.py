"""A bundle that is as it was signed is found whole; any change to any file of it is found."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest import write_manifest
from signed_bundles import OTHER_SEED, make_bundle, public_line, sign

from synthdial.bundle import check_bundle
from synthdial.bundle.manifest import BESIDE, CHECKSUMS, CHECKSUMS_SIGNATURE, MANIFEST, PUBLIC_KEY, SIGNATURE
from synthdial.errors import SynthdialError

LIBRARY = "_internal/lib/libggml.so.0"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "synthdial-edge")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "els.pub"
    path.write_text(public_line(), encoding="utf-8")
    return path


def refusal(folder: Path, **options: Any) -> str:
    with pytest.raises(SynthdialError) as raised:
        check_bundle(folder, **options)
    return str(raised.value)


class TestWhole:
    def test_every_file_is_read_and_counted(self, bundle: Path, key: Path) -> None:
        read: list[tuple[int, int]] = []
        found = check_bundle(bundle, key=key, advance=lambda count, total: read.append((count, total)))
        assert found.whole and not found.remarks
        assert found.files == 6 and found.size == sum(count for count, _ in read)
        assert found.size == len(b"\x7fELF program") + len(b"\x7fELF library") + len("Arts: Goed.\n") + len("raar")
        assert {total for _, total in read} == {found.size}, "how much there is to read is known from the first on"
        assert found.about == {"version": "1.2.3", "glibc": "2.34"}

    def test_it_says_whose_key_it_was_and_where_that_came_from(self, bundle: Path, key: Path, tmp_path: Path) -> None:
        given = check_bundle(bundle, key=key)
        assert given.key is not None and given.key.comment == "els@ziekenhuis" and given.key_from == "given"
        trusted = tmp_path / "trusted"
        assert check_bundle(bundle, trusted=trusted).key_from == "bundle"
        trusted.mkdir()
        assert check_bundle(bundle, trusted=trusted).key_from == "bundle", "a folder without a key trusts nobody yet"
        (trusted / "anders.pub").write_text(public_line(OTHER_SEED), encoding="utf-8")
        assert "another key" in refusal(bundle, trusted=trusted)
        shutil.copy(key, trusted)
        assert check_bundle(bundle, trusted=trusted).key_from == "trusted"
        assert "another key" in refusal(bundle, key=trusted / "anders.pub", trusted=trusted), (
            "a key that is named alone"
        )

    def test_a_bundle_without_a_signature_is_checked_unless_a_key_is_asked_for(
        self, bundle: Path, key: Path, tmp_path: Path
    ) -> None:
        write_manifest(bundle, {})
        assert not (bundle / SIGNATURE).exists() and not (bundle / PUBLIC_KEY).exists()
        found = check_bundle(bundle)
        assert found.whole and found.key is None
        assert "not signed, and a key is asked for" in refusal(bundle, key=key)
        (tmp_path / "trusted").mkdir()
        shutil.copy(key, tmp_path / "trusted")
        assert "not signed, and a key is trusted" in refusal(bundle, trusted=tmp_path / "trusted")

    def test_nothing_needs_to_be_written(self, bundle: Path, key: Path) -> None:
        folders = [bundle, *(path for path in bundle.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        before = {path: path.lstat().st_mtime_ns for path in [bundle, *bundle.rglob("*")]}
        assert check_bundle(bundle, key=key).whole
        assert {path: path.lstat().st_mtime_ns for path in [bundle, *bundle.rglob("*")]} == before
        for folder in folders:
            folder.chmod(0o755)

    def test_folders_in_which_nothing_lies_do_not_count(self, bundle: Path, key: Path) -> None:
        (bundle / "models" / "later").mkdir(parents=True)
        assert check_bundle(bundle, key=key).whole


class TestRemarks:
    def test_what_anyone_may_change(self, bundle: Path) -> None:
        (bundle / LIBRARY).chmod(0o666)
        (bundle / "_internal").chmod(0o777)
        found = check_bundle(bundle)
        assert found.whole and "change 2 of the files and folders, such as _internal:" in found.remarks[0]

    def test_a_disk_that_keeps_no_rights(self, bundle: Path) -> None:
        for path in bundle.rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(0o755)
        found = check_bundle(bundle)
        assert found.whole, "what a file may do is no content"
        assert "for 4 of the files" in found.remarks[0]

    def test_a_key_in_the_bundle_that_did_not_sign_it(self, bundle: Path, key: Path) -> None:
        (bundle / PUBLIC_KEY).write_text(public_line(OTHER_SEED))
        found = check_bundle(bundle, key=key)
        assert found.whole and "counts for nothing" in found.remarks[0]
        (bundle / PUBLIC_KEY).write_text("?")
        assert "counts for nothing" in check_bundle(bundle, key=key).remarks[0]


def flip(folder: Path) -> None:
    content = bytearray((folder / LIBRARY).read_bytes())
    content[3] ^= 1
    (folder / LIBRARY).write_bytes(content)


def lengthen(folder: Path) -> None:
    with (folder / LIBRARY).open("ab") as file:
        file.write(b"\0")


def make_a_link_of_it(folder: Path) -> None:
    (folder / LIBRARY).rename(folder.parent / "elders")
    (folder / LIBRARY).symlink_to(folder.parent / "elders")


def make_a_pipe_of_it(folder: Path) -> None:
    (folder / LIBRARY).unlink()
    os.mkfifo(folder / LIBRARY)


def make_a_folder_of_it(folder: Path) -> None:
    (folder / LIBRARY).unlink()
    (folder / LIBRARY).mkdir()


def lead_the_link_elsewhere(folder: Path) -> None:
    link = folder / "_internal/lib/libggml.so"
    link.unlink()
    link.symlink_to("/tmp/libggml.so.0")


def make_a_file_of_the_link(folder: Path) -> None:
    link = folder / "_internal/lib/libggml.so"
    link.unlink()
    link.write_bytes(b"\x7fELF library")


def let_it_be_run_as_its_owner(folder: Path) -> None:
    (folder / "synthdial-edge").chmod(0o4755)


def change_the_checksums(folder: Path) -> None:
    (folder / CHECKSUMS).write_bytes((folder / CHECKSUMS).read_bytes().replace(b"0", b"1"))


def sign_other_checksums(folder: Path) -> None:
    shutil.copy(folder / SIGNATURE, folder / CHECKSUMS_SIGNATURE)


def take_away(folder: Path) -> None:
    (folder / LIBRARY).unlink()


def take_the_folder_away(folder: Path) -> None:
    shutil.rmtree(folder / "_internal" / "lib")


def take_the_checksums_away(folder: Path) -> None:
    (folder / CHECKSUMS).unlink()


def take_their_signature_away(folder: Path) -> None:
    (folder / CHECKSUMS_SIGNATURE).unlink()


def write_its_name_in_capitals(folder: Path) -> None:
    (folder / LIBRARY).rename(folder / "_internal/lib/LIBGGML.so.0")


def lead_the_folder_elsewhere(folder: Path) -> None:
    (folder / "_internal" / "lib").rename(folder.parent / "lib")
    (folder / "_internal" / "lib").symlink_to(folder.parent / "lib")


def plant_a_library(folder: Path) -> None:
    (folder / "_internal" / "lib" / "libggml-cpu-evil.so").write_bytes(b"\x7fELF")


def plant_in_a_new_folder(folder: Path) -> None:
    (folder / "_internal" / "nieuw" / "diep").mkdir(parents=True)
    (folder / "_internal" / "nieuw" / "diep" / "sitecustomize.py").write_text("import os")


def plant_what_is_hidden(folder: Path) -> None:
    (folder / "_internal" / ".so").write_bytes(b"")


def plant_a_name_that_is_no_text(folder: Path) -> None:
    Path(os.fsdecode(bytes(folder) + b"/\xff\xfe.so")).write_bytes(b"")


def plant_one_that_looks_the_same(folder: Path) -> None:
    (folder / "_internal" / "lib" / "libggml.so.0 ").write_bytes(b"\x7fELF library")


def plant_a_link(folder: Path) -> None:
    (folder / "models").symlink_to("/tmp")


def plant_under_a_name_of_the_manifest(folder: Path) -> None:
    (folder / "_internal" / MANIFEST).write_text("{}")


def plant_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pijp")


def make_a_link_of_the_manifest(folder: Path) -> None:
    (folder / MANIFEST).rename(folder.parent / MANIFEST)
    (folder / MANIFEST).symlink_to(folder.parent / MANIFEST)


class TestTampered:
    @pytest.mark.parametrize(
        ("tamper", "where"),
        [
            (flip, "changed"),
            (lengthen, "changed"),
            (make_a_link_of_it, "changed"),
            (make_a_pipe_of_it, "changed"),
            (make_a_folder_of_it, "missing"),
            (lead_the_link_elsewhere, "changed"),
            (make_a_file_of_the_link, "changed"),
            (let_it_be_run_as_its_owner, "changed"),
            (change_the_checksums, "changed"),
            (sign_other_checksums, "changed"),
            (take_away, "missing"),
            (take_the_folder_away, "missing"),
            (take_the_checksums_away, "missing"),
            (take_their_signature_away, "missing"),
            (write_its_name_in_capitals, "missing"),
            (write_its_name_in_capitals, "added"),
            (lead_the_folder_elsewhere, "missing"),
            (lead_the_folder_elsewhere, "added"),
            (plant_a_library, "added"),
            (plant_in_a_new_folder, "added"),
            (plant_what_is_hidden, "added"),
            (plant_a_name_that_is_no_text, "added"),
            (plant_one_that_looks_the_same, "added"),
            (plant_a_link, "added"),
            (plant_under_a_name_of_the_manifest, "added"),
            (plant_a_pipe, "added"),
        ],
    )
    def test_it_is_found(self, bundle: Path, key: Path, tamper: Callable[[Path], None], where: str) -> None:
        tamper(bundle)
        found = check_bundle(bundle, key=key)
        assert not found.whole
        assert getattr(found, where)

    @pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, CHECKSUMS, CHECKSUMS_SIGNATURE])
    @pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
    def test_what_is_no_file_is_not_waited_for(
        self, bundle: Path, key: Path, name: str, make: Callable[[Path], None]
    ) -> None:
        (bundle / name).unlink()
        make(bundle / name)
        try:
            assert not check_bundle(bundle, key=key).whole
        except SynthdialError as error:
            assert f"{name} cannot be read: it is not an ordinary file" in str(error)

    def test_a_link_to_the_manifest_is_none(self, bundle: Path, key: Path) -> None:
        make_a_link_of_the_manifest(bundle)
        assert f"{MANIFEST} cannot be read" in refusal(bundle, key=key)

    def test_a_manifest_that_was_made_anew_does_not_bear_the_signature(self, bundle: Path, key: Path) -> None:
        old = (bundle / SIGNATURE).read_bytes()
        plant_a_library(bundle)
        write_manifest(bundle, {"version": "1.2.3"})
        (bundle / SIGNATURE).write_bytes(old)
        assert "was changed after it was signed" in refusal(bundle, key=key)

    def test_a_bundle_signed_anew_by_another_is_refused(self, bundle: Path, key: Path) -> None:
        plant_a_library(bundle)
        write_manifest(bundle, {"version": "1.2.3"})
        sign(bundle, OTHER_SEED)
        assert "was signed by another key" in refusal(bundle, key=key)
        assert check_bundle(bundle).key_from == "bundle", "that is all the bundle's own key can say"

    def test_a_signature_for_another_purpose_is_refused(self, bundle: Path, key: Path) -> None:
        sign(bundle, namespace="git")
        assert "another purpose, 'git'" in refusal(bundle, key=key)

    def test_a_folder_that_is_no_bundle(self, tmp_path: Path) -> None:
        assert "There is no MANIFEST.json" in refusal(tmp_path)
        (tmp_path / "bestand").write_text("")
        assert "There is no MANIFEST.json" in refusal(tmp_path / "bestand")


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_single_change_to_a_bundle_passes(tmp_path: Path, data: st.DataObject) -> None:
    folder, key = tmp_path / "bundle", tmp_path / "key.pub"
    shutil.rmtree(folder, ignore_errors=True)
    make_bundle(folder)
    key.write_text(public_line(), encoding="utf-8")
    path = data.draw(st.sampled_from(sorted(path for path in folder.rglob("*") if path.is_file())))
    way = data.draw(st.sampled_from(["flip", "cut", "add", "remove", "rename"]))
    if way == "flip" and path.stat().st_size:
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(content)
    elif way == "cut" and path.stat().st_size:
        os.truncate(path, data.draw(st.integers(0, path.stat().st_size - 1)))
    elif way == "remove":
        path.unlink()
    else:
        names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=40)
        name = data.draw(names.filter(lambda name: not path.with_name(name).exists()))
        shutil.copy(path, path.with_name(name))
        if way == "rename":
            path.unlink()
    try:
        found = check_bundle(folder, key=key)
    except SynthdialError:
        assert path.name in (MANIFEST, SIGNATURE)
    else:
        # where the user names a key the one in the bundle counts for nothing; and of a signature the last letter of
        # base64 may stand for bits that nobody reads, and blanks about lines do not count
        passing = path.name == PUBLIC_KEY or (way in ("flip", "cut") and path.name in (SIGNATURE, CHECKSUMS_SIGNATURE))
        assert not found.whole or passing
        assert way not in ("add", "rename") or found.added
        if path.name not in BESIDE and not path.is_symlink():
            assert found.missing or way not in ("remove", "rename")
