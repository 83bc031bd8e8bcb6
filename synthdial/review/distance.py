"""How far an edited turn is from its original."""

import unicodedata


def edit_distance(before: str, after: str) -> int:
    """Levenshtein distance: the fewest characters inserted, deleted or replaced that make one text of another.

    Texts are compared in Unicode normalization form C. Computed column by column in the bits of whole numbers, after
    Myers (1999, J. ACM 46:395-415) in the form of Hyyrö (2001).

    Returns
    -------
    int
        Characters, from 0 to the length of the longer text.

    Examples
    --------
    >>> edit_distance("kitten", "sitting")
    3
    """
    before, after = unicodedata.normalize("NFC", before), unicodedata.normalize("NFC", after)
    if not before or not after:
        return len(before) + len(after)
    matches: dict[str, int] = {}
    for place, character in enumerate(before):
        matches[character] = matches.get(character, 0) | 1 << place
    every, last = (1 << len(before)) - 1, 1 << (len(before) - 1)
    rises, falls, distance = every, 0, len(before)  # where a column goes up and down by one, from row to row
    for character in after:
        match = matches.get(character, 0)
        diagonal = (((match & rises) + rises) ^ rises) | match | falls
        across_up, across_down = falls | ~(diagonal | rises), rises & diagonal
        distance += bool(across_up & last) - bool(across_down & last)
        across_up, across_down = across_up << 1 | 1, across_down << 1
        rises = (across_down | ~(diagonal | across_up)) & every
        falls = across_up & diagonal & every
    return distance
