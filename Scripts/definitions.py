"""Makes the shipped definitions and their tokenizer of WordNet 3.0.

    python definitions.py WORDNET FOLDER

WORDNET holds `data.noun` (Debian's package wordnet-base has it in /usr/share/wordnet). Written are
`definitions.csv.gz`, 1,800 definitions of nouns of each of eight kinds, and `definitions.tokenizer.json`, a WordPiece
vocabulary that was learnt from them. Needs the package tokenizers.
"""

import csv
import gzip
import io
import pathlib
import random
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

# Numbers of WordNet's lexicographer files, lexnames(5WN).
KINDS = {5: "animal", 6: "artifact", 8: "body", 13: "food", 15: "place", 18: "person", 20: "plant", 27: "substance"}
EACH = 1800
WORDS = 4000


def definitions(path):
    """Each definition, without its examples, and the kinds of nouns that it defines."""
    kinds = {}
    for line in path.read_text(encoding="latin-1").splitlines():
        if line.startswith("  "):
            continue
        fields, _, gloss = line.partition(" | ")
        kind = KINDS.get(int(fields.split(" ", 2)[1]))
        text = " ".join(gloss.split('; "')[0].split()).strip(" ;:")
        if text.isascii() and 3 <= len(text.split()) <= 24:
            kinds.setdefault(text, set()).add(kind)
    return kinds


def main(wordnet, folder):
    found = {name: [] for name in KINDS.values()}
    for text, kinds in sorted(definitions(wordnet / "data.noun").items()):
        if len(kinds) == 1 and (kind := next(iter(kinds))):
            found[kind].append(text)
    draw = random.Random(0)
    rows = [(text, kind) for kind, texts in found.items() for text in draw.sample(texts, EACH)]
    draw.shuffle(rows)

    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["text", "label"])
    writer.writerows(rows)
    with open(folder / "definitions.csv.gz", "wb") as file:
        file.write(gzip.compress(table.getvalue().encode(), compresslevel=9, mtime=0))

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        [text for text, _ in rows], trainers.WordPieceTrainer(vocab_size=WORDS, special_tokens=special))
    ids = {name: tokenizer.token_to_id(name) for name in special}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")])
    tokenizer.enable_padding(pad_id=ids["[PAD]"], pad_token="[PAD]")
    tokenizer.save(str(folder / "definitions.tokenizer.json"), pretty=False)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
