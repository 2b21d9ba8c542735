"""Text features: tokenizer, vocabulary, bag of words, concepts, token ids, word vectors, the bi-GRU encoder
and its training, counts of words in captions.

`fit_bag_of_words`, `fit_word_vectors`, `fit_concepts`, `fit_token_ids` and `train_bigru` make encoders from
captions; each is a `TextEncoder`: texts in, a row of numbers for each out. `load_text_encoder` opens one.

>>> from lpd.text import fit_bag_of_words
>>> encoder = fit_bag_of_words(["a dog runs", "a dog sleeps"], min_count=1)
>>> encoder.vocabulary.words
('a', 'dog', 'runs', 'sleeps')
>>> encoder.encode(["two dogs and a dog"])
array([[1., 1., 0., 0.]], dtype=float32)
"""

from lpd.text.bigru import BiGru, BiGruEncoder, BiGruShape
from lpd.text.bow import BagOfWords, fit_bag_of_words
from lpd.text.concepts import Concepts, fit_concepts
from lpd.text.encoders import TEXT_ENCODERS, TextEncoder, load_text_encoder
from lpd.text.tokenizer import tokenize
from lpd.text.tokens import TokenIds, fit_token_ids, token_vectors
from lpd.text.train_bigru import BiGruSettings, train_bigru
from lpd.text.vocabulary import Vocabulary, build_vocabulary
from lpd.text.warmup import WarmupEpoch, WarmupSettings, contrastive_warmup
from lpd.text.word_counts import (
    QueryWord,
    WordCount,
    WordCounts,
    add_word_counts,
    count_words,
    query_words,
)
from lpd.text.word_vectors import WordVectors, fit_word_vectors

__all__ = [
    "TEXT_ENCODERS",
    "BagOfWords",
    "BiGru",
    "BiGruEncoder",
    "BiGruSettings",
    "BiGruShape",
    "Concepts",
    "QueryWord",
    "TextEncoder",
    "TokenIds",
    "Vocabulary",
    "WarmupEpoch",
    "WarmupSettings",
    "WordCount",
    "WordCounts",
    "WordVectors",
    "add_word_counts",
    "build_vocabulary",
    "contrastive_warmup",
    "count_words",
    "fit_bag_of_words",
    "fit_concepts",
    "fit_token_ids",
    "fit_word_vectors",
    "load_text_encoder",
    "query_words",
    "token_vectors",
    "tokenize",
    "train_bigru",
]
