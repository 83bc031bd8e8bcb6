"""The classifier: TF-IDF of words and of characters, and logistic regression. Nothing about it is tuned.

It comes from scikit-learn, which is not part of the program: the extra ``analysis`` brings it.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synthdial.errors import SynthdialError

Labels = npt.NDArray[np.intp]
Indices = npt.NDArray[np.intp]


def require_sklearn() -> None:
    """See that scikit-learn is there, before anything is read.

    Raises
    ------
    SynthdialError
        When it is not: says how to get it.
    """
    if importlib.util.find_spec("sklearn") is not None:
        return
    if getattr(sys, "frozen", False):
        raise SynthdialError(
            "The standalone program is built without scikit-learn, which this needs.",
            "Install the program with pip where Python is: pip install 'synthdial-edge[analysis]'.",
        )
    raise SynthdialError(
        "This needs scikit-learn, which is not installed.", "Install it: pip install 'synthdial-edge[analysis]'."
    )


class Learner:
    """Classifiers over some texts, each trained on a few of them.

    What a classifier sees are words and pairs of words, and runs of three to five characters inside words, each weighed
    by 1 + log frequency and by how few texts hold it; it is an L2-regularised logistic regression with C = 1, in which
    every label weighs alike, however seldom it is. All else is scikit-learn's default.

    Texts are taken apart once for all; vocabulary and weights of a classifier are those of what it is trained on, as if
    there were no other text.

    Parameters
    ----------
    texts : sequence of str
        Words with a space between.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        text = importlib.import_module("sklearn.feature_extraction.text")
        self._transformer = text.TfidfTransformer
        self._regression = importlib.import_module("sklearn.linear_model").LogisticRegression
        self._sparse = importlib.import_module("scipy.sparse")
        self._threads = importlib.import_module("threadpoolctl").threadpool_limits
        kinds = ({"token_pattern": r"\S+", "ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (3, 5)})
        self._counts = [text.CountVectorizer(lowercase=False, **kind).fit_transform(texts) for kind in kinds]

    def answers(self, trained: Indices, labels: Labels, tested: Indices) -> Labels:
        """Train a classifier, and ask it.

        Parameters
        ----------
        trained, tested : ndarray of int
            Where the texts stand that it is trained on, and those that it is asked about.
        labels : ndarray of int, shape (trained,)
            The answers to the former; where all are alike, that is what it always says.

        Returns
        -------
        ndarray of int, shape (tested,)
            What it says.
        """
        if len(np.unique(labels)) < 2:
            return np.full(len(tested), labels[0], np.intp)
        seen, asked = [], []
        for counts in self._counts:
            own = counts[trained]
            there = np.flatnonzero(own.getnnz(axis=0))
            weigh = self._transformer(sublinear_tf=True).fit(own[:, there])
            seen.append(weigh.transform(own[:, there]))
            asked.append(weigh.transform(counts[tested][:, there]))
        # far more steps than are taken: a few hundred dialogues need dozens
        classifier = self._regression(class_weight="balanced", max_iter=2000)
        with self._threads(1):  # sums so short take ten times as long where threads wait for one another
            classifier.fit(self._sparse.hstack(seen, "csr"), labels)
        said: Labels = classifier.predict(self._sparse.hstack(asked, "csr"))
        return said
