"""The dataset card: read by the Hub's own reader, filled from the study, and safe whatever the study holds."""

import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from card_studies import IMPORTED, SPLITS, exported, fill, rate, recipe, talk, two_scenarios
from markdown_it import MarkdownIt
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.export import release
from synthdial.export.card import size_category
from synthdial.metrics import Measurer
from synthdial.review.agreement import krippendorff_alpha
from synthdial.study import Study

SECTIONS = (
    "Summary",
    "Nederlandse samenvatting",
    "How it was made",
    "Composition",
    "Measures beside reference conversations",
    "Agreement of reviewers",
    "Privacy",
    "Intended use",
    "Out-of-scope use",
    "Known limits",
    "Licence and terms",
    "Citation",
    "How to make it again",
    "Files and checksums",
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_scenarios(tmp_path_factory.mktemp("card") / "patient-jansen.study")


@pytest.fixture(scope="module")
def corpus(study: Path) -> Path:
    """Its dataset folder, with a split for each scenario."""
    return exported(study, splits=SPLITS)


@pytest.fixture(scope="module")
def card(corpus: Path) -> str:
    return (corpus / "README.md").read_text("utf-8")


def front_matter(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def section(text: str, title: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, title
    return found[1].strip()


def rows(text: str, first: str) -> list[list[str]]:
    """The rows of the table whose first column is called so."""
    lines = text.split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


class TestFrontMatter:
    def test_the_hub_reads_it(self, corpus: Path) -> None:
        from huggingface_hub import DatasetCard

        data = DatasetCard.load(corpus / "README.md").data.to_dict()
        assert data["language"] == ["nl"] and data["annotations_creators"] == ["machine-generated"]
        assert data["size_categories"] == ["n<1K"] and data["task_categories"] == ["text-generation"]
        assert data["pretty_name"] == "Synthetic Dutch doctor-patient dialogues"

    def test_without_a_choice_the_terms_of_the_model_are_named(self, card: str) -> None:
        data = front_matter(card)
        assert (data["license"], data["license_name"]) == ("other", "gemma-terms-of-use")
        assert data["license_link"] == "https://ai.google.dev/gemma/terms"

    @pytest.mark.parametrize("name", ["jsonl", "chat", "csv", "parquet"])
    def test_the_folder_loads_as_a_dataset_with_its_splits(self, study: Path, name: str, tmp_path: Path) -> None:
        import datasets

        folder = exported(study, f"laden-{name}", format_name=name, splits=SPLITS)
        loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path))
        each = 20 if name == "csv" else 1  # a row a turn there
        assert sorted(part.num_rows for part in loaded.values()) == [4 * each, 6 * each]
        assert set(loaded) == {"train", "test"}

    @pytest.mark.parametrize(
        ("dialogues", "category"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (1_000_000, "1M<n<10M")]
    )
    def test_sizes(self, dialogues: int, category: str) -> None:
        assert size_category(dialogues) == category


class TestSections:
    def test_all_are_there_and_none_is_blank(self, card: str) -> None:
        assert re.findall(r"^## (.*)$", card, re.M) == list(SECTIONS)
        for title in SECTIONS:
            assert len(section(card, title).split()) > 25, title
        assert "More information needed" not in card and "None" not in card and "nan" not in card

    def test_summaries_in_both_languages_tell_the_same(self, card: str) -> None:
        english, dutch = section(card, "Summary"), section(card, "Nederlandse samenvatting")
        assert english.startswith("10 synthetic conversations in Dutch") and "200 turns" in english
        assert dutch.startswith("10 synthetische gesprekken in het Nederlands") and "200 beurten" in dutch
        assert "2 scenarios" in english and "gemma-3-270m" in english and "2 gesprekken binnen" in dutch

    def test_how_it_was_made(self, card: str) -> None:
        made = section(card, "How it was made")
        first, second = rows(made, "Recipe")
        assert first[:6] == [f"`{recipe().id[:8]}`", "6", RECIPE.scenario, "gemma-3-270m", "plain", "1"]
        assert first[6:] == ["0.8", "40", "0.95", "0.05", "1.1", "1"]
        assert second[1:3] == ["4", "nefrologie-dialysekeuze"] and second[5] == "7"
        ((model, digest, count, licence, about),) = rows(made, "Model")
        assert (model, digest, count, licence) == ("gemma-3-270m", f"`{'a' * 64}`", "10", "Gemma terms of use")
        assert "little medical sense" in about and "not one that the catalogue has a digest of" in about
        sources = made[made.index("### References") :]
        assert rows(sources, "Recipe")[0][2:] == ["12", "1", f"`{'c' * 12}`", f"`{'b' * 12}`", "–"]
        runs = made[made.index("### Reproducibility") :]
        assert rows(runs, "Recipe")[0][1:] == ["8", "2", "0", "b7000", "0.3.36", "0.0.9"]

    def test_composition(self, card: str) -> None:
        found = section(card, "Composition")
        by_scenario = {row[0]: row[1:] for row in rows(found, "Scenario")}
        words = sum(talk(number, recipe()).words for number in range(1, 7))
        assert by_scenario[RECIPE.scenario][:3] == ["6", "120", f"{words:,}"]
        assert by_scenario["nefrologie-dialysekeuze"][:2] == ["4", "80"] and by_scenario["**all**"][:2] == ["10", "200"]
        assert sorted(by_scenario[RECIPE.scenario][3:]) == ["0", "6"]
        assert sorted(row[1] for row in rows(found, "Split")) == ["4", "6"]
        assert "No scenario stands in more than one split." in found and "the model ended it (10)" in found

    def test_measures_are_those_of_what_left(self, card: str) -> None:
        found = {row[0]: row for row in rows(section(card, "Measures beside reference conversations"), "Measure")}
        of = [talk(number, recipe()) for number in range(1, 7)]
        of += [talk(number, recipe("nefrologie-dialysekeuze", seed=7)) for number in range(1, 5)]
        measurer = Measurer(metrics=("words_per_turn", "question_share"))
        values = np.array([measurer.row(one) for one in of])
        mean, sd = values.mean(axis=0), values.std(axis=0, ddof=1)
        assert found["words per turn"][1] == f"{mean[0]:.1f} ({sd[0]:.1f})"
        assert found["turns with a question"][1] == f"{mean[1]:.1%} ({sd[1]:.1%})"
        assert found["words per turn"][6] == "11.1 to 21.9" and found["words per turn"][5] == "within"

    def test_files_and_checksums(self, card: str, corpus: Path) -> None:
        found = rows(section(card, "Files and checksums"), "File")
        assert {row[0] for row in found} == {"data/train.jsonl", "data/test.jsonl"}
        for row in found:
            digest = subprocess.run(["sha256sum", corpus / row[0]], capture_output=True, text=True, check=True).stdout
            assert row[7] == f"`{digest.split()[0]}`"

    def test_citation_and_the_command(self, card: str) -> None:
        assert "Generating High Quality Synthetic Data for Dutch Medical Conversations" in section(card, "Citation")
        assert "\nsynthdial-edge again recipe.json again.study\n" in section(card, "How to make it again")

    def test_a_study_with_nothing_that_may_leave_has_a_card_too(self, tmp_path: Path) -> None:
        with Study(tmp_path / "leeg.study", create=True) as study:
            fill(study, recipe(), 2, check=None)
        text = (exported(tmp_path / "leeg.study") / "README.md").read_text("utf-8")
        assert "There are no dialogues: a comparison takes two or more." in text
        assert "2 never checked" in section(text, "Privacy") and "configs" not in front_matter(text)


class TestLimits:
    def test_what_lies_outside_the_range_is_listed(self, tmp_path: Path) -> None:
        path = tmp_path / "kort.study"
        with Study(path, create=True) as study:
            study.add_recipe(recipe(), IMPORTED)
            for number in range(1, 5):
                short = dialogue(number, *["Ja.", "Nee."] * (8 + number), recipe=recipe())
                study.add_dialogue(recipe(), number, short, PASSED)
        text = (exported(path) / "README.md").read_text("utf-8")
        found = section(text, "Known limits")
        assert "Lower than the reference conversations:" in found and "words per turn 1.0 (references " in found
        table = {row[0]: row[5] for row in rows(section(text, "Measures beside reference conversations"), "Measure")}
        outside = {name for name, side in table.items() if side in ("**below**", "**above**")}
        assert outside and all(f"{name} " in found for name in outside)
        assert not any(
            f"{name} " in found.split("conversations:", 1)[1] for name in table.keys() - outside - {"words", "turns"}
        )

    def test_what_is_within_is_not(self, card: str) -> None:
        table = rows(section(card, "Measures beside reference conversations"), "Measure")
        beyond = [row[0] for row in table if row[5] != "within"]
        assert ("than the reference conversations" in section(card, "Known limits")) == bool(beyond)


class TestReviewers:
    def test_none_is_said_plainly(self, card: str) -> None:
        assert section(card, "Agreement of reviewers").startswith("**No reviewers.**")
        assert "Nobody has read them" in section(card, "Known limits")

    def test_their_agreement_acceptance_and_no_name(self, tmp_path: Path) -> None:
        path = tmp_path / "een.study"
        with Study(path, create=True) as study:
            fill(study, recipe(), 9)
        scores = {"Els de Vries": [1, 2, 3, 4, 5, 4, 2, 3, 5], "Bram": [1, 2, 3, 5, 5, 3, 2, 2, 4]}
        counted = rate(path, scores, accepted=4)
        given = [[all_of[place] for place in counted] for all_of in scores.values()]
        accepted = sum(place < 4 for place in counted)
        text = (exported(path) / "README.md").read_text("utf-8")
        found = section(text, "Agreement of reviewers")
        alpha = krippendorff_alpha(given)
        table = rows(found, "Criterion")
        assert len(counted) == 6 and table
        assert all(row[3].startswith(f"{alpha:.2f} (") and row[4] == "6" for row in table)
        assert all(row[1].startswith(f"{np.mean(given):.2f}") and row[2] == "12" for row in table)
        assert "2 reviewers (2 native) rated 6 of the study's dialogues" in found
        assert f"Accepted: {2 * accepted} of 12 verdicts, on 6 dialogues" in found
        assert f"Of the {accepted} dialogues in this dataset more reviewers accepted than rejected {accepted}." in found
        assert "Els" not in text and "Bram" not in text
        assert "accept a dialogue before it could leave: yes" in section(text, "Privacy")
        assert "There are 2 reviewers only" in section(text, "Known limits")


class TestPrivacy:
    def test_what_was_checked_and_what_stayed_inside(self, card: str) -> None:
        found = section(card, "Privacy")
        assert "10 of 10 passed." in found and "7 words in a row" in found and f"`{'d' * 12}`" in found
        assert "The most that a dialogue that passed shares with one reference: 3 words in a row." in found
        assert "Stayed inside the study: 2, of these 1 quarantined and 1 never checked." in found
        assert (
            "No dialogue was released by hand." in found
            and "No conversation of a real person stood in a prompt" in found
        )
        assert "What this cannot show" in found

    def test_a_release_is_counted_without_its_reason_and_who(self, tmp_path: Path) -> None:
        path = tmp_path / "vrij.study"
        with Study(path, create=True) as study:
            fill(study, recipe(), 2)
            fill(study, recipe(), 1, first=3, check=COPIED)
            release(study, recipe().dialogue_id(3), "mevrouw Jansen vindt het goed", by="Noor")
        text = (exported(path) / "README.md").read_text("utf-8")
        found = section(text, "Privacy")
        assert "**Released by hand:** 1 dialogue by a data steward" in found and "2 of 3 passed" in found
        assert "Jansen" not in text and "Noor" not in text
        assert "Met de hand is 1 gesprek vrijgegeven." in section(text, "Nederlandse samenvatting")

    def test_unchecked_references_are_told_of(self, tmp_path: Path) -> None:
        path = tmp_path / "zo.study"
        with Study(path, create=True) as study:
            fill(study, recipe(), 2, references_are="unchecked", references_given=3)
        text = (exported(path) / "README.md").read_text("utf-8")
        assert "**Unchecked references.**" in section(text, "Privacy")
        assert "No conversation of a real person" not in text
        assert "`--reference PATH`" in section(text, "How to make it again")

    def test_neither_study_nor_machine_is_named(self, corpus: Path, study: Path) -> None:
        for file in corpus.iterdir():
            if file.is_file() and file.name != "decisions.jsonl":
                text = file.read_text("utf-8")
                assert "jansen" not in text and str(study.parent) not in text and "Noor" not in text, file

    def test_nothing_of_what_was_found_in_a_reference_goes_along(self, corpus: Path) -> None:
        assert all("a tot z" not in file.read_text("utf-8") for file in corpus.rglob("*") if file.is_file())


class TestLicence:
    def card_of(self, tmp_path: Path, model: str, licence: str | None = None, **made: Any) -> str:
        path = tmp_path / "een.study"
        with Study(path, create=True) as study:
            fill(study, recipe(model=model, **made), 2)
        return (exported(path, licence=licence) / "README.md").read_text("utf-8")

    def test_one_that_was_chosen(self, tmp_path: Path) -> None:
        text = self.card_of(tmp_path, "fietje-2-chat", "CC-BY-4.0")
        assert front_matter(text)["license"] == "cc-by-4.0" and "license_name" not in front_matter(text)
        found = section(text, "Licence and terms")
        assert found.startswith("The dataset is licensed as **cc-by-4.0**") and "**Mind:**" not in found

    def test_one_that_promises_more_than_the_model_allows(self, tmp_path: Path) -> None:
        text = self.card_of(tmp_path, "geitje-7b-ultra", "cc-by-4.0")
        assert "**Mind:** geitje-7b-ultra may not be used commercially" in section(text, "Licence and terms")

    def test_one_that_does_not(self, tmp_path: Path) -> None:
        text = self.card_of(tmp_path, "geitje-7b-ultra", "cc-by-nc-4.0")
        assert "**Mind:**" not in text

    def test_a_model_that_sets_no_terms(self, tmp_path: Path) -> None:
        data = front_matter(self.card_of(tmp_path, "fietje-2-chat"))
        assert (data["license"], data["license_name"]) == ("other", "no-licence-chosen")

    def test_a_model_that_nobody_knows(self, tmp_path: Path) -> None:
        text = self.card_of(tmp_path, "van-het-ziekenhuis")
        assert front_matter(text)["license_name"] == "terms-of-a-model-not-in-the-catalogue"
        assert "read the model's own licence before this dataset is shared" in section(text, "Licence and terms")

    def test_a_file_is_known_by_its_digest_whatever_its_name(self, tmp_path: Path) -> None:
        digest = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
        text = self.card_of(tmp_path, "mijn-model", model_sha256=digest)
        assert front_matter(text)["license_name"] == "gemma-terms-of-use"
        assert "not one that the catalogue" not in text

    def test_an_adapter_stands_beside_its_model_with_its_own_terms(self, tmp_path: Path) -> None:
        text = self.card_of(tmp_path, "fietje-2-chat", adapter="synthdial-nl-270m", adapter_sha256="b" * 64)
        assert front_matter(text)["license_name"] == "gemma-terms-of-use"
        assert "synthdial-nl-270m" in text and "b" * 64 in text

    @pytest.mark.parametrize("wrong", ["other", "", "CC BY 4.0", "mit\nlicense: apache-2.0", "x" * 65, "é"])
    def test_what_can_be_none_is_refused_before_anything_is_written(self, tmp_path: Path, wrong: str) -> None:
        with pytest.raises(SynthdialError, match="is no identifier of a licence"):
            self.card_of(tmp_path, "gemma-3-270m", wrong)
        assert not (tmp_path / "corpus" / "data").exists()


class TestHostile:
    NASTY = (
        '<img src=x onerror="alert(1)"> [klik](http://boos) | ``` *vet* _s_ \n## Kop\n--- \x1b[31m\u202e @els '
        "www.boos.nl https://boos.nl {{ 7*7 }} \ufffe \u2028 'x': \"y\" \\ &lt; $a$ ~~weg~~"
    )

    @pytest.fixture(scope="class")
    def text(self, tmp_path_factory: pytest.TempPathFactory) -> str:
        path = tmp_path_factory.mktemp("nasty") / "een.study"
        nasty = recipe(f"- {self.NASTY}", f"# {self.NASTY}", instructions=(f"1. {self.NASTY}",))
        with Study(path, create=True) as study:
            fill(study, nasty, 3, references_are=self.NASTY)
        return (exported(path, title=f"> {self.NASTY}") / "README.md").read_text("utf-8")

    def test_its_yaml_holds_the_title_and_no_other_key(self, text: str, card: str) -> None:
        data = front_matter(text)
        assert set(data) == set(front_matter(card))
        assert data["pretty_name"].startswith('> <img src=x onerror="alert(1)"> [klik](http://boos) | ``` *vet*')
        assert "\n" not in data["pretty_name"] and "\x1b" not in data["pretty_name"]

    def test_no_markup_comes_of_it(self, text: str) -> None:
        tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(text.split("---\n", 2)[2])
        inline = [child for token in tokens for child in token.children or ()]
        assert not [token for token in (*tokens, *inline) if token.type in ("html_block", "html_inline", "image")]
        links = {token.attrs["href"] for token in inline if token.type == "link_open"}
        assert all(str(link).startswith("#") for link in links)
        headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
        assert [one for one in headings if one in SECTIONS] == list(SECTIONS) and "Kop" not in headings
        shown = "".join(child.content for child in inline if child.type == "text")
        assert "[klik](http://boos) | ``` *vet* _s_ ## Kop" in shown, "it is shown as it stands"

    def test_no_link_of_github_comes_of_it(self, text: str) -> None:
        body = text.split("---\n", 2)[2]
        assert not re.search(r"(?<!<)https?://boos|www\.boos|(?<![\w`])@els", body)

    def test_tables_keep_their_columns(self, text: str) -> None:
        widths: list[int] = []
        for line in text.split("\n"):
            if line.startswith("|"):
                widths.append(line.count("|"))
            else:
                assert len(set(widths)) <= 1
                widths = []

    def test_nothing_is_obeyed_by_a_terminal(self, text: str) -> None:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufffe]", text)


def test_no_figure_is_undefined_with_one_dialogue(tmp_path: Path) -> None:
    with Study(tmp_path / "een.study", create=True) as study:
        fill(study, recipe(), 1)
    text = (exported(tmp_path / "een.study") / "README.md").read_text("utf-8")
    assert text.count("1 synthetic conversation in Dutch") == 1 and "nan" not in text
    assert "There is one dialogue: a comparison takes two or more." in text
