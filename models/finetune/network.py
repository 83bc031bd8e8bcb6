"""The installed model's weights in PyTorch, from the GGUF itself, with a low-rank adapter on its linear layers."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention
from transformers import AttentionInterface, AutoModelForCausalLM

LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_BLOCK = 256


def _attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Causal attention in blocks of queries that see only the keys of their window: half the work, or much less."""
    heads = query.shape[1] // key.shape[1]
    key, value = (part.repeat_interleave(heads, dim=1) for part in (key, value))
    length = query.shape[2]
    window = sliding_window or length
    parts = []
    for begin in range(0, length, _BLOCK):
        end, first = min(begin + _BLOCK, length), max(0, begin - window + 1)
        at, other = torch.arange(begin, end)[:, None], torch.arange(first, end)[None]
        mask = ((other <= at) & (other > at - window)).to(query.device)
        parts.append(
            scaled_dot_product_attention(
                query[:, :, begin:end], key[:, :, first:end], value[:, :, first:end], attn_mask=mask, scale=scaling
            )
        )
    return torch.cat(parts, dim=2).transpose(1, 2), None


AttentionInterface.register("blocks", _attend)


class Network(nn.Module):
    """The model, with an adapter where a rank is given.

    Parameters
    ----------
    path : Path
        A GGUF file that transformers can read.
    rank : int
        Of the adapter; 0 for none.
    alpha : float
        The adapter is multiplied by alpha / rank.
    dropout : float
        Of the adapter's input while it is trained.
    """

    def __init__(self, path: Path, rank: int = 0, alpha: float = 0, dropout: float = 0.0) -> None:
        super().__init__()
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="blocks"
        )
        model.requires_grad_(False)
        if rank:  # its layers are put into the model itself
            config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=list(LINEAR))
            get_peft_model(model, config)
        self._base = model

    @property
    def vocabulary(self) -> Tensor:
        """The weights of the last layer, of shape (n_vocab, width)."""
        return self._base.get_output_embeddings().weight

    def hidden(self, tokens: Tensor) -> Tensor:
        """What goes into the last layer, of shape (len(tokens), width)."""
        return self._base.model(input_ids=tokens[None], use_cache=False).last_hidden_state[0]

    def losses(self, tokens: Tensor, learned: Tensor, kept: Tensor | None = None) -> Tensor:
        """Negative log-probability of each learned token, in nats.

        Parameters
        ----------
        tokens : Tensor of int64, shape (n,)
            A text.
        learned : Tensor of bool, shape (n,)
            Which tokens count.
        kept : Tensor of int64, optional
            The softmax goes over these tokens of the vocabulary alone, in rising order; all learned ones are there.
        """
        rows = self.hidden(tokens[:-1])[learned[1:]]
        targets = tokens[1:][learned[1:]]
        weights = self.vocabulary
        if kept is not None:
            weights, targets = weights[kept], torch.searchsorted(kept, targets)
        found = []
        for part, wanted in zip(rows.split(512), targets.split(512), strict=True):
            found.append(nn.functional.cross_entropy(linear(part, weights), wanted, reduction="none"))
        return torch.cat(found)

    def adapter(self) -> dict[str, Tensor]:
        """The adapter's matrices, by the layer's name in transformers with ``.A`` or ``.B`` behind it."""
        found = {}
        for name, module in self._base.named_modules():
            if hasattr(module, "lora_A") and "default" in module.lora_A:
                found[f"{name}.A"] = module.lora_A["default"].weight
                found[f"{name}.B"] = module.lora_B["default"].weight
        return found
