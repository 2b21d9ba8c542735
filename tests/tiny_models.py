"""Tiny pretrained models with random weights, of the classes that people bring, saved by transformers."""

import json
from pathlib import Path

import torch

WORDS = [
    "a",
    "man",
    "rides",
    "red",
    "horse",
    "two",
    "dogs",
    "run",
    "on",
    "beach",
    "the",
    "sing",
    "##ing",
    "##s",
]
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TEXT = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
VISION = TEXT | {"image_size": 24, "patch_size": 8}
MEAN = [0.48, 0.46, 0.41]
SPREAD = [0.27, 0.26, 0.28]


def save_clip(folder: Path, *, seed: int = 0, dimension: int = 12) -> None:
    from transformers import CLIPConfig, CLIPModel

    size = save_clip_tokenizer(folder)
    text = TEXT | {
        "vocab_size": size,
        "max_position_embeddings": 12,
        "bos_token_id": size - 2,
        "eos_token_id": size - 1,
        "pad_token_id": size - 1,
    }
    save(
        CLIPModel, CLIPConfig(text_config=text, vision_config=VISION, projection_dim=dimension), folder, seed
    )
    picture_settings(folder, "CLIPImageProcessor", crop=True)


def save_clip_tokenizer(folder: Path) -> int:
    """Writes vocab.json and merges.txt of byte pairs, and returns the number of tokens."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer

    letters = sorted(ByteLevel.alphabet())
    merges = [("t", "h"), ("th", "e</w>"), ("r", "e"), ("re", "d</w>"), ("m", "a"), ("ma", "n</w>")]
    tokens = [*letters, *(f"{one}</w>" for one in letters), *("".join(pair) for pair in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    tokenizer = CLIPTokenizer(
        vocab={token: row for row, token in enumerate(tokens)}, merges=merges, model_max_length=12
    )
    tokenizer.save_pretrained(folder)
    return len(tokens)


def save_blip(folder: Path, *, seed: int = 0) -> None:
    from transformers import BlipConfig, BlipForImageTextRetrieval

    size = save_bert_tokenizer(folder, longest=16)
    text = TEXT | {"vocab_size": size, "max_position_embeddings": 16, "encoder_hidden_size": 16}
    text |= {"bos_token_id": 2, "eos_token_id": 3, "sep_token_id": 3, "pad_token_id": 0}
    config = BlipConfig(text_config=text, vision_config=VISION, image_text_hidden_size=10)
    save(BlipForImageTextRetrieval, config, folder, seed)
    picture_settings(folder, "BlipImageProcessor", crop=False)


def save_bert_tokenizer(folder: Path, *, longest: int) -> int:
    from transformers import BertTokenizer

    tokens = BERT_SPECIAL + WORDS
    tokenizer = BertTokenizer(
        vocab={token: row for row, token in enumerate(tokens)}, do_lower_case=True, model_max_length=longest
    )
    tokenizer.save_pretrained(folder)
    return len(tokens)


def save_bert(folder: Path, *, seed: int = 0, longest: int = 12, masked: bool = False) -> None:
    """Saves BERT, or with its head for masked words, whose names differ."""
    from transformers import BertConfig, BertForMaskedLM, BertModel

    size = save_bert_tokenizer(folder, longest=longest)
    config = BertConfig(vocab_size=size, max_position_embeddings=20, **TEXT)
    save(BertForMaskedLM if masked else BertModel, config, folder, seed)


def save_sentence_encoder(folder: Path, *, pooling: str = "mean", dense: bool = False) -> None:
    """Saves the layout of the package sentence-transformers around a BERT."""
    save_bert(folder, seed=3, longest=20)
    modules = ["Transformer", "Pooling", *(["Dense"] if dense else []), "Normalize"]
    paths = ["", *(f"{number}_{name}" for number, name in enumerate(modules) if number)]
    document = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{name}"}
        for number, (name, path) in enumerate(zip(modules, paths, strict=True))
    ]
    (folder / "modules.json").write_text(json.dumps(document))
    (folder / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": 10, "do_lower_case": False})
    )
    (folder / "1_Pooling").mkdir()
    settings = {
        "word_embedding_dimension": 16,
        "pooling_mode_cls_token": pooling == "cls",
        "pooling_mode_mean_tokens": pooling == "mean",
        "pooling_mode_max_tokens": pooling == "max",
    }
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(settings))
    if dense:
        save_dense(folder / "2_Dense")


def save_dense(folder: Path) -> None:
    from safetensors.torch import save_file

    folder.mkdir()
    settings = {
        "in_features": 16,
        "out_features": 6,
        "bias": True,
        "activation_function": "torch.nn.modules.activation.Tanh",
    }
    (folder / "config.json").write_text(json.dumps(settings))
    generator = torch.Generator().manual_seed(5)
    tensors = {
        "linear.weight": torch.randn(6, 16, generator=generator),
        "linear.bias": torch.randn(6, generator=generator),
    }
    save_file(tensors, folder / "model.safetensors")


def save_vit(folder: Path, *, seed: int = 0) -> None:
    from transformers import ViTConfig, ViTModel

    save(ViTModel, ViTConfig(**VISION), folder, seed)
    picture_settings(folder, "ViTImageProcessor", crop=False)


def save(kind: type, config: object, folder: Path, seed: int) -> None:
    from lpd.pretrained.towers import quiet

    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(seed)
        kind(config).save_pretrained(folder)


def picture_settings(folder: Path, kind: str, *, crop: bool) -> None:
    settings = {
        "image_processor_type": kind,
        "do_resize": True,
        "size": {"shortest_edge": 24} if crop else {"height": 24, "width": 24},
        "resample": 3,
        "do_center_crop": crop,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": MEAN,
        "image_std": SPREAD,
        "do_convert_rgb": True,
    }
    if crop:
        settings["crop_size"] = {"height": 24, "width": 24}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))


KINDS = {
    "clip": save_clip,
    "blip": save_blip,
    "bert": save_bert,
    "sentences": save_sentence_encoder,
    "vit": save_vit,
}


def save_tiny_models(folder: Path) -> None:
    """Writes one folder per key of KINDS."""
    for name, write in KINDS.items():
        (folder / name).mkdir(parents=True)
        write(folder / name)
