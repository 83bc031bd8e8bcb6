"""Lexicons: plain files of terms, the user's in place of the bundled, and SNOMED CT descriptions."""

from pathlib import Path

import pytest

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.metrics import Measurer, bundled_lexicon, load_lexicon, scenario_lexicon

RF2_HEADER = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n"
FULL, SYNONYM = "900000000000003001", "900000000000013009"


def rf2_row(id_: int, concept: int, term: str, *, kind: str = SYNONYM, active: int = 1, time: int = 20250331) -> str:
    return f"{id_}\t{time}\t{active}\t11000146104\t{concept}\tnl\t{kind}\t{term}\t900000000000448009\n"


def written(folder: Path, text: str, name: str = "termen.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def talk(*texts: str) -> Dialogue:
    speakers = (Speaker.DOCTOR, Speaker.PATIENT)
    return Dialogue("a", tuple(Turn(speakers[i % 2], text) for i, text in enumerate(texts)))


def test_one_column_is_a_term_a_line(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, "# nieren\nHoge bloeddruk\n\neGFR\n"))
    assert lexicon.terms == ("Hoge bloeddruk", "eGFR")
    assert lexicon.forms == ((("hoge", "bloeddruk"), 0), (("egfr",), 1))


def test_two_columns_are_a_form_and_its_term(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, "nieren\tnier\nnier\tnier\nniertje\tNier\n"))
    assert lexicon.terms == ("nier",)
    assert [term for _, term in lexicon.forms] == [0, 0, 0]


def test_the_first_of_two_equal_forms_counts(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, "druk\tbloeddruk\ndruk\tstress\n"))
    assert lexicon.forms == ((("druk",), 0),)


@pytest.mark.parametrize("line", ["a\tb\tc", "...", "vorm\t", "\tterm"])
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"nier\n{line}\n")
    if line in ("vorm\t", "\tterm"):  # one column, with a tab too many at an end
        assert len(load_lexicon(path).terms) == 2
        return
    with pytest.raises(SynthdialError, match="line 2"):
        load_lexicon(path)


def test_what_holds_no_term_or_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SynthdialError, match="no term"):
        load_lexicon(written(tmp_path, "# niets\n"))
    binary = tmp_path / "release.zip"
    binary.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(SynthdialError, match="Unpack"):
        load_lexicon(binary)
    with pytest.raises(SynthdialError, match="cannot be read"):
        load_lexicon(tmp_path / "nergens.txt")


@pytest.mark.parametrize("name", ["hesitations", "backchannels", "function_words"])
def test_the_bundled_lists_are_there(name: str) -> None:
    assert len(bundled_lexicon(name).terms) > 10


def test_a_users_list_takes_the_place_of_the_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path))
    bundled_lexicon.cache_clear()
    own = tmp_path / "lexicons"
    own.mkdir()
    written(own, "mhmm\n", "backchannels.txt")
    try:
        assert bundled_lexicon("backchannels").terms == ("mhmm",)
        assert Measurer().dialogue(talk("Pijn?", "Mhmm."))["backchannel_share"] == 0.5
    finally:
        bundled_lexicon.cache_clear()


def test_terms_are_found_by_longest_match_and_by_their_forms() -> None:
    terms = scenario_lexicon(
        {"bloeddruk": ("hoge bloeddruk", "bloeddrukken"), "dialyse": (), "hoog": ("hoge",)}, "test"
    )
    figures = Measurer(terms=terms).dialogue(talk("U heeft een hoge bloeddruk.", "Hoge? Dialyse?"))
    assert figures["term_coverage"] == 1.0
    assert figures["term_density"] == pytest.approx(100 * 3 / 7)
    figures = Measurer(terms=terms).dialogue(talk("U heeft een hoge", "bloeddruk."))
    assert figures["term_density"] == pytest.approx(100 * 2 / 5), "no term goes from turn to turn"


class TestSnomed:
    def test_a_concept_is_a_term_and_its_descriptions_are_forms(self, tmp_path: Path) -> None:
        rows = [
            rf2_row(1, 59621000, "essentiële hypertensie (aandoening)", kind=FULL),
            rf2_row(2, 59621000, "essentiële hypertensie"),
            rf2_row(3, 59621000, "primaire hypertensie"),
            rf2_row(4, 59621000, "oud woord", active=0),
            rf2_row(5, 42, "de"),
        ]
        lexicon = load_lexicon(written(tmp_path, RF2_HEADER + "".join(rows), "sct2_Description_Snapshot-nl.txt"))
        assert lexicon.terms == ("essentiële hypertensie",)
        assert [" ".join(words) for words, _ in lexicon.forms] == ["essentiële hypertensie", "primaire hypertensie"]

    def test_of_a_full_release_the_newest_version_counts(self, tmp_path: Path) -> None:
        rows = [rf2_row(1, 7, "nier", time=2024), rf2_row(1, 7, "nier", active=0, time=2025), rf2_row(2, 7, "ren")]
        lexicon = load_lexicon(written(tmp_path, RF2_HEADER + "".join(rows), "sct2_Description_Full-nl.txt"))
        assert lexicon.forms == ((("ren",), 0),)

    def test_other_files_of_a_release_are_refused(self, tmp_path: Path) -> None:
        concepts = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n"
        with pytest.raises(SynthdialError, match="sct2_Description"):
            load_lexicon(written(tmp_path, concepts))
        definitions = RF2_HEADER + rf2_row(1, 7, "Een lange uitleg.", kind="900000000000550004")
        with pytest.raises(SynthdialError, match="text definitions"):
            load_lexicon(written(tmp_path, definitions))

    @pytest.mark.slow
    def test_two_hundred_thousand_descriptions_are_read_and_matched(self, tmp_path: Path) -> None:
        path = tmp_path / "sct2_Description_Snapshot-nl.txt"
        with path.open("w", encoding="utf-8") as file:
            file.write(RF2_HEADER)
            for k in range(200_000):
                file.write(
                    rf2_row(k, k // 2, f"{'aandoening' if k % 2 else 'ziekte'} nummer {k // 2} van orgaan {k % 977}")
                )
        lexicon = load_lexicon(path)
        assert (len(lexicon.terms), len(lexicon.forms)) == (100_000, 200_000)
        measurer = Measurer(terms=lexicon)
        spoken = measurer.dialogue(
            talk("Een ziekte nummer 488 van orgaan 976, zegt u?", "Aandoening nummer 488 van orgaan 977.")
        )
        assert spoken["term_coverage"] == 1 / 100_000
        everything = Dialogue("a", tuple(Turn(Speaker.DOCTOR, " ".join(words)) for words, _ in lexicon.forms[::100]))
        assert measurer.dialogue(everything)["term_coverage"] == 2000 / 100_000
