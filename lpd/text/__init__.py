"""Text features: tokenizer, vocabulary, bag of words, word vectors, the bi-GRU encoder and its training."""

from lpd.text.bigru import BiGru, BiGruEncoder, BiGruShape
from lpd.text.bow import BagOfWords, fit_bag_of_words
from lpd.text.encoders import TEXT_ENCODERS, TextEncoder, load_text_encoder
from lpd.text.tokenizer import tokenize
from lpd.text.train_bigru import BiGruSettings, train_bigru
from lpd.text.vocabulary import Vocabulary, build_vocabulary
from lpd.text.warmup import WarmupEpoch, WarmupSettings, contrastive_warmup
from lpd.text.word_vectors import WordVectors, fit_word_vectors

__all__ = [
    "TEXT_ENCODERS",
    "BagOfWords",
    "BiGru",
    "BiGruEncoder",
    "BiGruSettings",
    "BiGruShape",
    "TextEncoder",
    "Vocabulary",
    "WarmupEpoch",
    "WarmupSettings",
    "WordVectors",
    "build_vocabulary",
    "contrastive_warmup",
    "fit_bag_of_words",
    "fit_word_vectors",
    "load_text_encoder",
    "tokenize",
    "train_bigru",
]
