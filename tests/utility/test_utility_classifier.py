"""A classifier knows what it was trained on and nothing else; where scikit-learn is missing, that is said."""

import importlib.util
import sys
from typing import Any

import numpy as np
import pytest
from planted import corpus

from synthdial.errors import SynthdialError
from synthdial.utility.classifier import Learner, require_sklearn
from synthdial.utility.tasks import examples_of


def test_it_says_what_one_says_that_never_saw_the_other_texts() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    examples = [one for dialogue in corpus("a", 12, 1, clear=0.2) for one in examples_of(dialogue, "speaker")]
    texts = [one.text for one in examples]
    labels = np.array([one.label == "doctor" for one in examples], np.intp)
    trained, tested = np.arange(0, 120), np.arange(120, len(texts))
    features = make_union(
        text.TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True),
        text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    alone = make_pipeline(features, LogisticRegression(class_weight="balanced", max_iter=2000))
    alone.fit([texts[k] for k in trained], labels[trained])
    said = Learner(texts).answers(trained, labels[trained], tested)
    assert (said == alone.predict([texts[k] for k in tested])).all()
    assert 0.6 < (said == labels[tested]).mean() < 1, "neither sure nor chance: a difference would show"


def test_where_all_answers_are_alike_it_gives_that_one() -> None:
    pytest.importorskip("sklearn")
    said = Learner(["ja", "nee", "goed"]).answers(np.array([0, 1]), np.array([2, 2]), np.array([2, 0]))
    assert said.tolist() == [2, 2]


class TestMissing:
    @pytest.fixture(autouse=True)
    def without(self, monkeypatch: pytest.MonkeyPatch) -> None:
        find = importlib.util.find_spec

        def found(name: str, package: str | None = None) -> Any:
            return None if name == "sklearn" else find(name, package)

        monkeypatch.setattr(importlib.util, "find_spec", found)

    def test_it_says_how_to_get_it(self) -> None:
        with pytest.raises(SynthdialError, match=r"not installed\. .*pip install 'synthdial-edge\[analysis\]'"):
            require_sklearn()

    def test_the_standalone_program_is_built_without_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        with pytest.raises(SynthdialError, match="standalone program is built without scikit-learn"):
            require_sklearn()
