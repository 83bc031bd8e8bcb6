"""Train a low-rank adapter for an installed model on conversations, in the form in which the engine uses it.

    python models/finetune/train.py OUT [--corpus FOLDER] [--model NAME] [--rank 16] [--epochs 2]

Weights come from the model's GGUF, dequantised. What each step does stands in OUT/log.jsonl. The state is saved every
few minutes, and the same command goes on from there. At each validation the adapter is written as OUT/step-N.gguf; when
it is done, OUT/adapter.gguf is the one with the lowest loss on the conversations that are kept for validation.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import torch
from adapter_file import write_adapter
from conversation import CORPUS, Conversation, read_corpus
from network import Network
from rendering import Rendered, pairs, render
from torch import Tensor

from synthdial.engine import llama
from synthdial.engine.fit import default_threads
from synthdial.engine.gguf import read_header
from synthdial.engine.models import find_model, model_digest
from synthdial.errors import SynthdialError

VALIDATION_SHARE = 0.1
LIKELIEST = 16  # tokens at each place that the untrained model would write instead: the softmax must keep them


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for the state, the log and the adapter")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of conversations")
    parser.add_argument(
        "--start", type=Path, help="folder of a training that is done: its best adapter is where this begins"
    )
    parser.add_argument("--model", help="name of an installed model, or a GGUF file; the embedded one by default")
    parser.add_argument("--rank", type=int, default=16, help="of the adapter (default 16)")
    parser.add_argument("--alpha", type=float, help="the adapter counts alpha / rank (default: twice the rank)")
    parser.add_argument(
        "--dropout", type=float, default=0.0, help="of the adapter (default 0: it costs a fifth of the time)"
    )
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument(
        "--undirected", type=float, default=0.5, help="share of conversations without stage directions (default 0.5)"
    )
    parser.add_argument(
        "--stress", type=float, default=5.0, help="what a term counts where it is said first, others 1 (default 5)"
    )
    parser.add_argument("--limit", type=int, help="train on so many conversations only")
    parser.add_argument("--learning-rate", type=float, default=1.5e-3)
    parser.add_argument("--pairs", type=int, default=1, help="pairs of conversations a step (default 1)")
    parser.add_argument("--validate-every", type=int, default=72, help="steps (default 72)")
    parser.add_argument("--save-every", type=float, default=120, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--name", default="adapter", help="its name, which stands in the file")
    parser.add_argument("--licence", default="", help="its terms, which stand in the file")
    return parser.parse_args()


def split(conversations: Sequence[Conversation], seed: int) -> tuple[list[Conversation], list[Conversation]]:
    """Those to train on, and those to validate with: a tenth, two at least, chosen by chance."""
    order = list(range(len(conversations)))
    random.Random(seed).shuffle(order)
    count = max(2, round(VALIDATION_SHARE * len(order)))
    held = sorted(order[:count])
    return [conversations[i] for i in sorted(order[count:])], [conversations[i] for i in held]


@dataclass
class State:
    """How far the training is."""

    step: int = 0
    best: float = math.inf
    best_step: int = 0
    seconds: float = 0.0


class Trainer:
    """Trains one adapter; everything about it that lasts is in the folder `out`."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        conversations = read_corpus([given.corpus])
        if len(conversations) < 6:
            raise SynthdialError(f"{given.corpus} holds {len(conversations)} conversations; 6 or more are needed.")
        self.train, self.held = split(conversations, given.seed)
        self.train = self.train[: given.limit]
        found = find_model(given.model)
        self.header = read_header(found.path)
        self.digest = model_digest(found.path)
        llama.start()
        self.vocabulary = llama.Model(found.path, vocab_only=True)
        torch.manual_seed(given.seed)
        torch.set_num_threads(given.threads)
        self.alpha = given.alpha or 2.0 * given.rank
        self.network = Network(found.path, given.rank, self.alpha, given.dropout).to(given.device)
        self.matrices = self.network.adapter()
        self.start = self._begin_from(given.start / "best.pt") if given.start else None
        self.optimiser = torch.optim.AdamW(self.matrices.values(), lr=given.learning_rate, weight_decay=0.01)
        self.state = State()
        self.checks = [self._tensors(render(self.vocabulary, b, a)) for a, b in pairs(self.held, range(len(self.held)))]
        self.per_epoch = max(1, len(self.train) // (2 * given.pairs))
        self.steps = round(given.epochs * self.per_epoch)

    def _begin_from(self, path: Path) -> str:
        """Take over the matrices of an adapter; the digest of its file."""
        try:
            weights = torch.load(path, map_location=self.given.device)
        except FileNotFoundError:
            raise SynthdialError(f"There is no {path}: --start takes the folder of a training that is done.") from None
        if {n: m.shape for n, m in weights.items()} != {n: m.shape for n, m in self.matrices.items()}:
            raise SynthdialError(
                f"{path} is of another rank or model.", "Give the --rank and --model it was made with."
            )
        self._take_over(weights)
        return model_digest(path)

    def _take_over(self, weights: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, matrix in self.matrices.items():
                matrix.copy_(weights[name])

    # -- what is read

    def _tensors(self, rendered: Rendered) -> tuple[Tensor, Tensor]:
        device = self.given.device
        return torch.tensor(rendered.tokens, device=device), torch.tensor(rendered.learned, device=device)

    def _weights_of(self, rendered: Rendered) -> Tensor:
        """What each learned token counts."""
        weights = 1.0 + (self.given.stress - 1) * torch.tensor(rendered.first, dtype=torch.float32)
        return weights[1:][torch.tensor(rendered.learned)[1:]].to(self.given.device)

    def batch(self, step: int) -> list[Rendered]:
        """The pairs of a step: each epoch has an order of its own, so that who stands before whom changes."""
        epoch, number = divmod(step, self.per_epoch)
        order = list(range(len(self.train)))
        seed = f"{self.given.seed}:{self.start}" if self.start else str(self.given.seed)
        random.Random(f"{seed}:{epoch}").shuffle(order)
        chosen = order[2 * number * self.given.pairs : 2 * (number + 1) * self.given.pairs]
        chance = random.Random(f"{seed}:{epoch}:{number}")
        return [
            render(self.vocabulary, b, a, directed=chance.random() >= self.given.undirected)
            for a, b in pairs(self.train, chosen)
        ]

    def choose_kept(self) -> Tensor:
        """The tokens that the softmax goes over in training: those of the corpus, and those the model would write.

        The others, nine tenths of the vocabulary, have next to no probability, and most of the work would be theirs.
        Validation goes over all.
        """
        path = self.given.out / "vocabulary.pt"
        if path.exists():
            return torch.load(path, map_location=self.given.device)
        seen = [torch.tensor(render(self.vocabulary, c, None).tokens) for c in (*self.train, *self.held)]
        with torch.no_grad():
            for tokens, learned in self.checks[:6]:
                rows = self.network.hidden(tokens)[learned]
                for part in rows.split(256):
                    scores = part @ self.network.vocabulary.T
                    seen.append(scores.topk(LIKELIEST, dim=1).indices.flatten().cpu())
        kept = torch.unique(torch.cat(seen))
        torch.save(kept, path)
        return kept.to(self.given.device)

    # -- what is done

    def validate(self) -> float:
        """Mean loss over the learned tokens of the conversations kept for it, over the whole vocabulary, in nats."""
        self.network.eval()
        with torch.no_grad():
            losses = torch.cat([self.network.losses(*one) for one in self.checks])
        self.network.train()
        return float(losses.mean())

    def learn(self, step: int, kept: Tensor) -> float:
        """One step; the mean loss of its learned tokens, by what each counts."""
        rate = _schedule(step, self.steps, self.given.learning_rate)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        total = 0.0
        batch = self.batch(step)
        weights = [self._weights_of(rendered) for rendered in batch]
        count = sum(float(one.sum()) for one in weights)
        for rendered, one in zip(batch, weights, strict=True):
            loss = (self.network.losses(*self._tensors(rendered), kept) * one).sum() / count
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(self.matrices.values(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return total

    def run(self) -> None:
        """Train to the end, from where it was."""
        out: Path = self.given.out
        out.mkdir(parents=True, exist_ok=True)
        self._resume()
        kept = self.choose_kept()
        if self.state.step == 0:
            self._log(step=0, validation=round(self.validate(), 4), kept=len(kept), train=len(self.train),
                      held=len(self.held), steps=self.steps)  # fmt: skip
        saved = began = time.monotonic()
        self.network.train()
        while self.state.step < self.steps:
            loss = self.learn(self.state.step, kept)
            self.state.step += 1
            now = time.monotonic()
            self.state.seconds += now - began
            began = now
            entry: dict[str, Any] = {
                "step": self.state.step, "epoch": round(self.state.step / self.per_epoch, 3), "loss": round(loss, 4),
                "seconds": round(self.state.seconds),
            }  # fmt: skip
            last = self.state.step == self.steps
            if last or self.state.step % self.given.validate_every == 0:
                entry["validation"] = round(self.validate(), 4)
                self._write(out / f"step-{self.state.step}.gguf", self._weights(), self.state.step)
                if entry["validation"] < self.state.best:
                    self.state.best, self.state.best_step = entry["validation"], self.state.step
                    torch.save(self._weights(), out / "best.pt")
            self._log(**entry)
            if last or "validation" in entry or now - saved > self.given.save_every:
                self._save()
                saved = now
        self._write(out / "adapter.gguf", torch.load(out / "best.pt", map_location="cpu"), self.state.best_step)
        print(f"{out / 'adapter.gguf'}: validation {self.state.best:.4f} nats at step {self.state.best_step}")

    # -- what lasts

    def _weights(self) -> dict[str, Tensor]:
        return {name: matrix.detach().cpu().clone() for name, matrix in self.matrices.items()}

    def _save(self) -> None:
        part = self.given.out / "state.part"
        torch.save({"state": self.state.__dict__, "weights": self._weights(), "optimiser": self.optimiser.state_dict(),
                    "chance": torch.get_rng_state(), "recipe": self._recipe()}, part)  # fmt: skip
        part.replace(self.given.out / "state.pt")

    def _recipe(self) -> dict[str, Any]:
        names = ("rank", "dropout", "epochs", "undirected", "stress", "limit", "learning_rate", "pairs", "seed")
        return {name: getattr(self.given, name) for name in names} | {
            "alpha": self.alpha, "start": self.start, "model": self.digest,
            "conversations": len(self.train) + len(self.held),
        }  # fmt: skip

    def _resume(self) -> None:
        path = self.given.out / "state.pt"
        if not path.exists():
            return
        saved = torch.load(path, map_location=self.given.device)
        if saved["recipe"] != self._recipe():
            raise SynthdialError(
                f"{path} is the state of a training with other options or another corpus.", "Give another folder."
            )
        self.state = State(**saved["state"])
        self._take_over(saved["weights"])
        self.optimiser.load_state_dict(saved["optimiser"])
        torch.set_rng_state(saved["chance"].cpu())
        print(f"going on behind step {self.state.step} of {self.steps}", flush=True)

    def _log(self, **entry: Any) -> None:
        line = json.dumps(entry)
        print(line, flush=True)
        with (self.given.out / "log.jsonl").open("a") as file:
            file.write(line + "\n")

    def _write(self, path: Path, weights: dict[str, Tensor], step: int) -> None:
        write_adapter(
            path,
            {name: matrix.numpy() for name, matrix in weights.items()},
            architecture=self.header.architecture,
            alpha=self.alpha,
            name=self.given.name,
            licence=self.given.licence,
            base_sha256=self.digest,
            description=f"LoRA, rank {self.given.rank}, {step} steps, {len(self.train)} conversations",
        )


def _schedule(step: int, steps: int, rate: float) -> float:
    """The learning rate of a step: it rises over the first twentieth, then falls to a tenth along a cosine."""
    rise = max(1, steps // 20)
    if step < rise:
        return rate * (step + 1) / rise
    along = (step - rise) / max(1, steps - rise)
    return rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * along)))


if __name__ == "__main__":
    try:
        Trainer(options()).run()
    except SynthdialError as error:
        raise SystemExit(str(error)) from None
