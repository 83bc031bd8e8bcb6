"""Whether PyTorch and llama.cpp give the same probabilities: of the model, and with an adapter that was trained.

    python models/finetune/agree.py [OUT] [--model NAME]

Reads one conversation of the corpus with both. OUT is the folder of a training. Ends with status 1 where they differ by
more than rounding: llama.cpp computes with activations of 8 bits where the weights are quantised.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import torch
from conversation import read_corpus
from network import Network
from rendering import render
from scoring import Scorer

from synthdial.engine import llama
from synthdial.engine.adapters import FoundAdapter, check_adapter_fits
from synthdial.engine.fit import default_threads
from synthdial.engine.gguf import read_header
from synthdial.engine.models import find_model

MOST_APART, LEAST_CORRELATED = 0.05, 0.99  # of the mean log-probability, in nats; of those of single tokens


def main() -> int:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--model")
    given = parser.parse_args()
    found = find_model(given.model)
    llama.start()
    model = llama.Model(found.path)
    tokens = render(model, read_corpus()[0], None).tokens[:1500]
    if given.out:
        state = torch.load(given.out / "state.pt", map_location="cpu")["recipe"]
        network = Network(found.path, state["rank"], state["alpha"])
        with torch.no_grad():
            for name, matrix in torch.load(given.out / "best.pt", map_location="cpu").items():
                network.adapter()[name].copy_(matrix)
        path = given.out / "adapter.gguf"
        check_adapter_fits(FoundAdapter(path.stem, path), found, read_header(found.path))
        adapter = llama.Adapter(model, path)
    else:
        network, adapter = Network(found.path), None
    network.eval()
    ours = Scorer(model, len(tokens), default_threads(), adapter).log_probabilities(tokens)
    with torch.no_grad():
        theirs = -network.losses(torch.tensor(tokens), torch.ones(len(tokens), dtype=torch.bool)).numpy()
    apart, alike = ours.mean() - theirs.mean(), float(np.corrcoef(ours, theirs)[0, 1])
    print(f"{len(tokens)} tokens: mean log-probability {ours.mean():.4f} by llama.cpp, {theirs.mean():.4f} by PyTorch; "
          f"correlation {alike:.5f}; mean difference of a token {np.abs(ours - theirs).mean():.3f} nats")  # fmt: skip
    return int(abs(apart) > MOST_APART or alike < LEAST_CORRELATED)


if __name__ == "__main__":
    raise SystemExit(main())
