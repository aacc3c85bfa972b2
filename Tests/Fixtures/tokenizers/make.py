"""Makes the tokenizers of this folder, and what the Python package `tokenizers` (0.23.3) makes of texts.

Each folder NAME has NAME/tokenizer.json (or vocab.txt) and NAME/cases.json: text, ids, offsets, types.
Run: python make.py. Training has ties: a second run gives other vocabularies, as good as these.
"""

import base64
import json
import os
import struct

from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers,
                        processors, trainers)

HERE = os.path.dirname(os.path.abspath(__file__))

CORPUS = [
    "The quick brown fox jumps over the lazy dog.", "A good film, but it isn't the best one I've seen.",
    "Neural networks answer questions; explanations say why they answered so.",
    "Tokens are pieces of words: un-believ-able, tokenization, lowercased, playing, played.",
    "Der schnelle braune Fuchs springt über den faulen Hund. Größe, Äpfel, Straße.",
    "L'été dernier, nous sommes allés à la plage; c'était très agréable.",
    "El niño comió piñas en la montaña. ¿Dónde está?", "Привет, как дела? Это предложение на русском.",
    "Γειά σου κόσμε. Ο Οδυσσέας.", "你好世界。今天天气很好。", "こんにちは世界。カタカナとひらがな。",
    "안녕하세요 세계. 오늘은 좋은 날입니다.", "مرحبا بالعالم. هذا نص عربي.", "שלום עולם.", "नमस्ते दुनिया।",
    "สวัสดีชาวโลก", "1234567890 3.14159 2,000 42 007", "def f(x):\n    return x ** 2  # comment\n",
    "e-mail: someone@example.org, https://example.org/path?a=1&b=2", "HELLO WORLD Hello world hELLO",
    "the the the and and of of to to in in is is it it that that was was for for on on are are",
]

TEXTS = [
    "", " ", "   ", "\n", "\t\n ", "a", "Hello world", " Hello world", "Hello  world ", "  Hello   world  ",
    "hello\nworld\r\n\r\nnew\tline", "The quick brown fox jumps over the lazy dog.",
    "It isn't good, I've seen better; they'll DON'T we're I'm I'd CAN'T",
    "Tokenization of unbelievable words!!! ... -- (brackets) [x] {y} <z>",
    "Größe Äpfel Straße ÄÖÜ ẞ", "L'été à la plage: naïve façade, œuvre", "e\u0301te\u0301 a\u0300 n\u0303",
    "a\u0323\u0307 a\u0307\u0323 q\u0307\u0323 \u1e69 s\u0323\u0307", "ǅ İstanbul ıI ΣΊΣΥΦΟΣ ς", "ﬁ ﬂ ½ ² ① Ⅷ ㎏ ｆｕｌｌ　ｗｉｄｔｈ",
    "Привет, как дела? ЁЖИК ё й", "Γειά σου Κόσμε ΐ ΰ", "你好世界。今天 天气很好", "mixed中文and英文words", "こんにちは世界 ｶﾀｶﾅ ガギグ が",
    "안녕하세요 세계 각 한글", "مرحبا بالعالم، هذا نصٌّ عربيّ", "שָׁלוֹם עולם", "नमस्ते दुनिया। क्षि",
    "สวัสดีชาวโลก ำ", "Tiếng Việt: Nguyễn ấ ợ ữ ễ", "1234567890 3.14159 2,000 ١٢٣ ४५६ ⅓ 12345 1 22 333",
    "def f(x):\n    return x ** 2  # comment\n\n\n", "someone@example.org https://example.org/a?b=1&c=%20",
    "emoji 😀 👍🏽 👨‍👩‍👧 🇩🇪 ❤️ ☺", "math ∑∫√∞ ≤≥ ×÷ α→β $5 €10 £3 ¥", "“quotes” ‘single’ «guillemets» – — … ‹›",
    "zero\u200bwidth\u200djoin\u00a0nbsp\u2003em\u3000ideo\u2028line\u0085nel\u000bvt\u00adsoft\ufeffbom",
    "control\u0001\u0007\u007f\u0000nul\ufffdreplace", "[MASK] a [SEP] <mask>b <s> </s> hello[CLS]world <pad>",
    "the [MASK] is [MASK]  . <|endoftext|>the end", "specialword specialwords a specialword! Specialword  x",
    "ab   [LEFT]   cd", "x" * 120, "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "▁under score _low ▁▁x", "a▁b c", "CamelCaseWords snake_case_words kebab-case-words", "\ud7ff\ue000\U0010ffff\U00020000𝕳𝖊𝖑𝖑𝖔",
    "tabs\t\tand  \n \n  spaces   ", "''s 's'S \u2019s", "a\u0300\u0301\u0302b", "\u0301start", "Å Å Å", "ㅎㅏㄴ \u1112\u1161\u11ab",
    "naïve café résumé coöperate", "100% sure #1 @home *star* ~tilde^ `tick`", "The the THE tHe", " \u00a0 x \u00a0",
]


def charsmap(rules):
    """A double-array trie of SentencePiece's form, built the slow way: one free place after another."""
    words = sorted((k.encode(), v.encode()) for k, v in rules.items())
    blob, starts = b"", {}
    for key, value in words:
        starts[key] = len(blob)
        blob += value + b"\0"
    units, used = {0: 0}, {0}

    def children(prefix):
        return sorted({k[len(prefix)] for k, _ in words if k.startswith(prefix) and len(k) > len(prefix)})

    def place(prefix, node):
        labels, leaf = children(prefix), prefix in starts
        if not labels and not leaf:
            return
        for offset in range(1, 1 << 20):
            base = node ^ offset
            wanted = [base ^ c for c in labels] + ([base] if leaf else [])
            if not any(w in used for w in wanted):
                break
        used.update(wanted)
        units[node] = units.get(node, 0) | offset << 10 | (1 << 8 if leaf else 0)
        if leaf:
            units[base] = 1 << 31 | starts[prefix]
        for c in labels:
            units[base ^ c] = c
        for c in labels:
            place(prefix + bytes([c]), base ^ c)

    place(b"", 0)
    size = max(units) + 512
    data = b"".join(struct.pack("<I", units.get(i, 0)) for i in range(size))
    return base64.b64encode(struct.pack("<I", len(data)) + data + blob).decode()


def save(name, tokenizer, edit=None):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    data = json.loads(tokenizer.to_str()) if isinstance(tokenizer, Tokenizer) else tokenizer
    if edit:
        edit(data)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    with open(os.path.join(folder, "tokenizer.json"), "w") as file:
        file.write(text)
    cases(name, Tokenizer.from_str(text))


def cases(name, tokenizer):
    rows = []
    for text in TEXTS:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        try:
            e = tokenizer.encode(text)
        except Exception as error:  # what it cannot write is refused
            rows.append({"text": text, "fails": str(error)})
            continue
        rows.append({"text": text, "ids": e.ids, "offsets": [list(o) for o in e.offsets], "types": e.type_ids})
    with open(os.path.join(HERE, name, "cases.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n")


def train(tokenizer, trainer):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def wordpiece(lowercase, **options):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]", **options))
    t.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    train(t, trainers.WordPieceTrainer(vocab_size=500, special_tokens=BERT))
    return t


t = wordpiece(True)
t.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
t.add_tokens([AddedToken("specialword", single_word=True), AddedToken("[LEFT]", lstrip=True, rstrip=True)])
save("wordpiece", t)

os.makedirs(os.path.join(HERE, "vocabulary"), exist_ok=True)
t = wordpiece(True)
vocab = json.loads(t.to_str())["model"]["vocab"]
with open(os.path.join(HERE, "vocabulary", "vocab.txt"), "w") as file:
    file.write("".join(word + "\n" for word, _ in sorted(vocab.items(), key=lambda item: item[1])))
t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
cases("vocabulary", t)

t = wordpiece(False, max_input_chars_per_word=20)
t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
t.enable_truncation(max_length=12)
t.enable_padding(length=16, pad_id=0, pad_token="[PAD]")
save("wordpiece-cased", t)

t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
t.decoder = decoders.ByteLevel()
train(t, trainers.BpeTrainer(vocab_size=600, special_tokens=["<|endoftext|>"],
                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
t.post_processor = processors.ByteLevel(trim_offsets=False)
save("gpt2", t)

t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
train(t, trainers.BpeTrainer(vocab_size=600, special_tokens=ROBERTA,
                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
t.add_special_tokens([AddedToken("<mask>", lstrip=True)])
t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
save("roberta", t)

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
t = Tokenizer(models.BPE(ignore_merges=True))
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
train(t, trainers.BpeTrainer(vocab_size=700, special_tokens=["<|begin_of_text|>", "<|end_of_text|>"],
                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
t.post_processor = processors.Sequence([
    processors.ByteLevel(trim_offsets=False),
    processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B:1",
                                  special_tokens=[("<|begin_of_text|>", 0)])])
save("llama3", t)

QWEN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+")
t = Tokenizer(models.BPE())
t.normalizer = normalizers.NFC()
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(QWEN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
train(t, trainers.BpeTrainer(vocab_size=500, special_tokens=["<|endoftext|>"],
                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
t.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=False)
save("qwen", t)

BYTES = ["<0x%02X>" % i for i in range(256)]
t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
train(t, trainers.BpeTrainer(vocab_size=800, special_tokens=["<unk>", "<s>", "</s>"] + BYTES, limit_alphabet=60))
t.post_processor = processors.TemplateProcessing(
    single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])


def only_text(data):
    data["added_tokens"] = [x for x in data["added_tokens"] if not x["content"].startswith("<0x")]


save("llama2", t, only_text)

t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=False))
t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Lowercase()])
t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
train(t, trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], limit_alphabet=50))
save("metaspace-bpe", t)

t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, end_of_word_suffix="</w>"))
t.normalizer = normalizers.Sequence([
    normalizers.NFD(), normalizers.StripAccents(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("merged_with_previous"), pre_tokenizers.Digits(True)])
train(t, trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], end_of_word_suffix="</w>", limit_alphabet=40))
save("clip", t)

t = Tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="@@"))
t.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKD(), normalizers.Replace("``", '"')])
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Whitespace(), pre_tokenizers.Digits(False), pre_tokenizers.Split("e", "merged_with_next"),
    pre_tokenizers.Punctuation("contiguous")])
train(t, trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], continuing_subword_prefix="@@"))
save("subword-prefix", t)

RULES = {"ﬁ": "fi", "ﬂ": "fl", "½": "1/2", "²": "2", "①": "1", "㎏": "kg", "\u3000": " ", "\u00a0": " ", "\t": " ",
         "\n": " ", "\u200b": " ", "\ufeff": "", "\u00ad": "", "e\u0301": "é", "a\u0300": "à", "ｆ": "f", "ｗ": "w",
         "ガ": "ガ", "…": "...", "ｶ": "カ", "Å": "Å", "\u0001": ""}
t = Tokenizer(models.Unigram())
t.normalizer = normalizers.Sequence([
    normalizers.Precompiled(base64.b64decode(charsmap(RULES))), normalizers.Replace(Regex(" {2,}"), " ")])
t.pre_tokenizer = pre_tokenizers.Metaspace()
train(t, trainers.UnigramTrainer(vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
                                 unk_token="<unk>", n_sub_iterations=1, shrinking_factor=0.5))
t.post_processor = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
save("unigram", t)

t = Tokenizer(models.Unigram())
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(" ", "removed"), pre_tokenizers.Metaspace(prepend_scheme="never", split=False)])
train(t, trainers.UnigramTrainer(vocab_size=300, special_tokens=["<unk>"] + BYTES, unk_token="<unk>"))
data = json.loads(t.to_str())
data["model"]["byte_fallback"] = True
only_text(data)
data["truncation"] = {"direction": "Left", "max_length": 10, "strategy": "LongestFirst", "stride": 0}
save("unigram-bytes", data)

t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(r"\d{1,3}|\p{Han}+"), "isolated"), pre_tokenizers.Split(Regex(r"\w+|\W"), "removed", invert=True),
    pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)])
train(t, trainers.BpeTrainer(vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
t.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=True)
save("patterns", t)
