"""Turn figures of the bundled reference conversations, or of others, with the range of real consultations.

    python benchmarks/references.py [PATH ...]

A figure outside the range is marked with an asterisk. The ranges are those of 57 mock consultations between doctors
and actors (PriMock57), 10th to 90th percentile; speaker changes depend on how utterances are cut.
"""

import sys
from pathlib import Path

from synthdial import bundled_references, read_transcripts
from synthdial.metrics import METRICS, TURN_METRICS, Measurer

HUMAN_RANGES = {name: METRICS[name].human for name in TURN_METRICS if METRICS[name].human}
COLUMNS = ("n_words", "n_turns", *HUMAN_RANGES)


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]]
    transcripts = read_transcripts(paths)[0] if paths else bundled_references()
    width = max(len(transcript.dialogue.id) for transcript in transcripts) + 1
    print(f"{'':{width}}" + "".join(f"{name:>18}" for name in COLUMNS))
    ranges = "".join(f"{low:11.2f} - {high:4.2f}" for low, high in HUMAN_RANGES.values())
    print(f"{'human':{width}}{'':36}{ranges}")
    measurer = Measurer(metrics=COLUMNS)
    for transcript in transcripts:
        figures = measurer.dialogue(transcript.dialogue)
        cells = []
        for name in COLUMNS:
            low, high = HUMAN_RANGES.get(name, (0, float("inf")))
            mark = " " if low <= figures[name] <= high else "*"
            form = "17.0f" if name in ("n_words", "n_turns") else "17.2f"
            cells.append(f"{figures[name]:{form}}{mark}")
        print(f"{transcript.dialogue.id:{width}}" + "".join(cells))


if __name__ == "__main__":
    main()
