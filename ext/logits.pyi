"""The two passes over a row of logits that every sampled token needs, at the speed of memory."""

import numpy as np
from numpy.typing import NDArray

def log_sum_exp(row: NDArray[np.float32]) -> float:
    """Logarithm of the sum of the exponentials of a row: what turns a logit into a log-probability.

    Parameters
    ----------
    row : ndarray of float32, shape (n_vocab,)
        Logits; ``-inf`` for a token that cannot be. Single precision is enough: the result is good to 1e-6.

    Returns
    -------
    float
        Natural logarithm; ``-inf`` for an empty row or one of ``-inf`` alone.

    Examples
    --------
    >>> import numpy as np
    >>> from synthdial._core.logits import log_sum_exp
    >>> round(log_sum_exp(np.zeros(8, dtype=np.float32)), 6)  # ln 8
    2.079442
    """

def top_k(row: NDArray[np.float32], ids: NDArray[np.int32], values: NDArray[np.float32]) -> int:
    """Find the largest logits of a row, largest first.

    Parameters
    ----------
    row : ndarray of float32, shape (n_vocab,)
        Logits. NaN and ``-inf`` are never chosen.
    ids : ndarray of int32, shape (k,)
        Receives the tokens.
    values : ndarray of float32, shape (k,)
        Receives their logits.

    Returns
    -------
    int
        How many were found: k, or fewer where the row holds fewer numbers above ``-inf``. Places after it hold
        token -1.

    Raises
    ------
    ValueError
        When ``ids`` and ``values`` differ in length.

    Examples
    --------
    >>> import numpy as np
    >>> from synthdial._core.logits import top_k
    >>> ids, values = np.empty(2, np.int32), np.empty(2, np.float32)
    >>> top_k(np.array([1, 5, 3, 4], np.float32), ids, values), ids.tolist()
    (2, [1, 3])
    """
