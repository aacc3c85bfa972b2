"""transformers: small networks of its architectures, with random weights."""

import functools

import torch
import transformers

from benchmark.zoo.network import Network

SMALL = {
    "vocab_size": 96, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 48, "max_position_embeddings": 64,
}
IMAGE = {
    "image_size": 32, "patch_size": 8, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 48, "num_labels": 5,
}
GROUPED = SMALL | {"num_key_value_heads": 2}

# Encoders of text that classify: configuration by class prefix, and the module that looks tokens up.
ENCODERS = {
    "Bert": (SMALL, "bert.embeddings.word_embeddings"),
    "Roberta": (SMALL | {"pad_token_id": 1}, "roberta.embeddings.word_embeddings"),
    "DistilBert": (
        {"vocab_size": 96, "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48},
        "distilbert.embeddings.word_embeddings"),
    "Albert": (SMALL | {"embedding_size": 16}, "albert.embeddings.word_embeddings"),
    "Electra": (SMALL | {"embedding_size": 16}, "electra.embeddings.word_embeddings"),
    "DebertaV2": (
        SMALL | {
            "relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_buckets": 8,
            "max_relative_positions": 16, "norm_rel_ebd": "layer_norm", "share_att_key": True,
            "position_biased_input": False},
        "deberta.embeddings.word_embeddings"),
    "XLNet": (
        {"vocab_size": 96, "d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 48},
        "transformer.word_embedding"),
    "MPNet": (SMALL, "mpnet.embeddings.word_embeddings"),
    "ModernBert": (
        SMALL | {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2},
        "model.embeddings.tok_embeddings"),
    "FNet": (SMALL, "fnet.embeddings.word_embeddings"),
    "SqueezeBert": (
        SMALL | {"embedding_size": 32}, "transformer.embeddings.word_embeddings"),
}
# Decoders that give the logits of the next token.
DECODERS = {
    "GPT2LMHeadModel": (
        "GPT2", {"vocab_size": 96, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64}, "transformer.wte"),
    "GPTNeoForCausalLM": (
        "GPTNeo", {
            "vocab_size": 96, "hidden_size": 32, "num_layers": 2, "num_heads": 4,
            "attention_types": [[["global", "local"], 1]], "window_size": 4, "max_position_embeddings": 64},
        "transformer.wte"),
    "GPTNeoXForCausalLM": ("GPTNeoX", SMALL, "gpt_neox.embed_in"),
    "OPTForCausalLM": (
        "OPT", {
            "vocab_size": 96, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 48,
            "max_position_embeddings": 64, "word_embed_proj_dim": 32}, "model.decoder.embed_tokens"),
    "BloomForCausalLM": (
        "Bloom", {"vocab_size": 96, "hidden_size": 32, "n_layer": 2, "n_head": 4}, "transformer.word_embeddings"),
    "LlamaForCausalLM": ("Llama", GROUPED, "model.embed_tokens"),
    "MistralForCausalLM": ("Mistral", GROUPED | {"sliding_window": 4}, "model.embed_tokens"),
    "GemmaForCausalLM": ("Gemma", GROUPED | {"head_dim": 8}, "model.embed_tokens"),
    "Gemma2ForCausalLM": ("Gemma2", GROUPED | {"head_dim": 8, "sliding_window": 4}, "model.embed_tokens"),
    "Qwen2ForCausalLM": ("Qwen2", GROUPED, "model.embed_tokens"),
    "Qwen3ForCausalLM": ("Qwen3", GROUPED | {"head_dim": 8}, "model.embed_tokens"),
    "PhiForCausalLM": ("Phi", SMALL, "model.embed_tokens"),
    "Phi3ForCausalLM": ("Phi3", GROUPED | {"pad_token_id": 0}, "model.embed_tokens"),
    "FalconForCausalLM": (
        "Falcon", {"vocab_size": 96, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4},
        "transformer.word_embeddings"),
    "MambaForCausalLM": (
        "Mamba", {
            "vocab_size": 96, "hidden_size": 16, "num_hidden_layers": 2, "state_size": 4, "use_mambapy": False},
        "backbone.embeddings"),
}
# Classifiers of photographs.
VISION = {
    "ViTForImageClassification": ("ViT", IMAGE),
    "DeiTForImageClassification": ("DeiT", IMAGE),
    "BeitForImageClassification": ("Beit", IMAGE | {"use_relative_position_bias": True}),
    "Dinov2ForImageClassification": ("Dinov2", IMAGE),
    "Dinov2WithRegistersForImageClassification": ("Dinov2WithRegisters", IMAGE),
    "SwinForImageClassification": (
        "Swin", {
            "image_size": 64, "patch_size": 4, "embed_dim": 16, "depths": [2, 2], "num_heads": [2, 4],
            "window_size": 4, "num_labels": 5}),
    "Swinv2ForImageClassification": (
        "Swinv2", {
            "image_size": 64, "patch_size": 4, "embed_dim": 16, "depths": [2, 2], "num_heads": [2, 4],
            "window_size": 4, "num_labels": 5}),
    "ConvNextForImageClassification": ("ConvNext", {"depths": [1, 1, 2, 1], "hidden_sizes": [8, 16, 24, 32], "num_labels": 5}),
    "ConvNextV2ForImageClassification": (
        "ConvNextV2", {"depths": [1, 1, 2, 1], "hidden_sizes": [8, 16, 24, 32], "num_labels": 5}),
    "MobileViTForImageClassification": (
        "MobileViT", {
            "image_size": 64, "hidden_sizes": [16, 24, 32], "neck_hidden_sizes": [8, 8, 16, 16, 24, 32, 48],
            "num_attention_heads": 2, "num_labels": 5}),
    "SegformerForSemanticSegmentation": (
        "Segformer", {
            "depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32], "num_attention_heads": [1, 2, 3, 4],
            "decoder_hidden_size": 16, "num_labels": 5}),
    "ResNetForImageClassification": (
        "ResNet", {"embedding_size": 8, "hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "num_labels": 5}),
    "PoolFormerForImageClassification": (
        "PoolFormer", {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32], "num_labels": 5}),
}


class Text(torch.nn.Module):
    """Logits of tokens; decoders give those after the last token."""

    def __init__(self, model, isDecoder=False):
        super().__init__()
        self.model, self.isDecoder = model, isDecoder

    def forward(self, input_ids, attention_mask):
        more = {"use_cache": False} if self.isDecoder else {}
        logits = self.model(input_ids=input_ids, attention_mask=attention_mask, **more).logits
        return logits[:, -1] if self.isDecoder else logits


class Field(torch.nn.Module):
    """One field of what a model of one input gives."""

    def __init__(self, model, field="logits"):
        super().__init__()
        self.model, self.field = model, field

    def forward(self, values):
        output = self.model(values)
        return output[self.field]


class Clip(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values, input_ids, attention_mask):
        output = self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
        return output.image_embeds, output.text_embeds


class Pair(torch.nn.Module):
    """An encoder and a decoder, each with its tokens."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, decoder_input_ids):
        output = self.model(input_ids=input_ids, decoder_input_ids=decoder_input_ids, use_cache=False)
        return output.logits[:, -1]


def configured(prefix, options, attention):
    config = getattr(transformers, f"{prefix}Config")(**options)
    config._attn_implementation = attention
    return config


def model(kind, config):
    """A model with the attention that its configuration asks for, or the plain one where it has no other."""
    try:
        return kind(config)
    except ValueError:
        config._attn_implementation = "eager"
        return kind(config)


def text(prefix, options, kind, isDecoder, attention):
    return Text(model(getattr(transformers, kind), configured(prefix, options, attention)), isDecoder)


def field(prefix, options, kind, name, attention):
    return Field(model(getattr(transformers, kind), configured(prefix, options, attention)), name)


def clip(attention):
    parts = SMALL | {"projection_dim": 16, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    vision = {key: value for key, value in IMAGE.items() if key != "num_labels"} | {"projection_dim": 16}
    return Clip(transformers.CLIPModel(
        configured("CLIP", {"text_config": parts, "vision_config": vision, "projection_dim": 16}, attention)))


def pair(prefix, options, attention):
    kind = getattr(transformers, f"{prefix}ForConditionalGeneration")
    return Pair(model(kind, configured(prefix, options, attention)))


def ids(module):
    mask = torch.ones(2, 9, dtype=torch.int64)
    return {"input_ids": torch.randint(3, 96, (2, 9)), "attention_mask": mask}


def padded(module):
    values = ids(module)
    values["attention_mask"][1, 6:] = 0
    return values


def both(module):
    return {"pixel_values": torch.randn(2, 3, 32, 32) * 0.5} | padded(module)


def two_texts(module):
    return {"input_ids": torch.randint(3, 96, (2, 9)), "decoder_input_ids": torch.randint(3, 96, (2, 5))}


def made(function, *arguments):
    return {
        "make": functools.partial(function, *arguments, "sdpa"),
        "plain": functools.partial(function, *arguments, "eager"),
    }


def networks():
    def network(name, inputs, parts, **more):
        return Network("transformers", name, inputs=inputs, **parts, **more)

    def values(*shape):
        return lambda module: {"values": torch.randn(2, *shape) * 0.5}

    for prefix, (options, table) in ENCODERS.items():
        kind = f"{prefix}ForSequenceClassification"
        yield network(
            kind, padded, made(text, prefix, options | {"num_labels": 4}, kind, False), embedding=f"model.{table}")
    for kind, (prefix, options, table) in DECODERS.items():
        yield network(kind, ids, made(text, prefix, options, kind, True), embedding=f"model.{table}")
    small_t5 = {
        "vocab_size": 96, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4,
        "decoder_start_token_id": 0}
    yield network("T5ForConditionalGeneration", two_texts, made(pair, "T5", small_t5), embedding="model.encoder.embed_tokens")
    small_bart = {
        "vocab_size": 96, "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
        "max_position_embeddings": 64}
    yield network(
        "BartForConditionalGeneration", two_texts, made(pair, "Bart", small_bart),
        embedding="model.model.encoder.embed_tokens")
    for kind, (prefix, options) in VISION.items():
        side = options.get("image_size", 64)
        yield network(kind, values(3, side, side), made(field, prefix, options, kind, "logits"))
    yield network("CLIPModel", both, made(clip))
    yield network(
        "WhisperEncoder", values(16, 60),
        made(whisper, {
            "num_mel_bins": 16, "d_model": 32, "encoder_layers": 2, "encoder_attention_heads": 4,
            "encoder_ffn_dim": 48, "max_source_positions": 30, "decoder_layers": 1, "decoder_attention_heads": 4,
            "decoder_ffn_dim": 48, "vocab_size": 96, "pad_token_id": 0}))
    yield network(
        "Wav2Vec2ForSequenceClassification", values(1600),
        made(field, "Wav2Vec2", {
            "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48,
            "conv_dim": [16, 16, 16], "conv_kernel": [10, 3, 3], "conv_stride": [5, 2, 2],
            "num_feat_extract_layers": 3, "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 4,
            "classifier_proj_size": 16, "num_labels": 5}, "Wav2Vec2ForSequenceClassification", "logits"))
    yield network(
        "PatchTSTForPrediction", values(32, 3),
        made(field, "PatchTST", {
            "num_input_channels": 3, "context_length": 32, "patch_length": 8, "patch_stride": 8, "d_model": 16,
            "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 24, "prediction_length": 6},
            "PatchTSTForPrediction", "prediction_outputs"))
    yield network(
        "PatchTSMixerForPrediction", values(32, 3),
        made(field, "PatchTSMixer", {
            "num_input_channels": 3, "context_length": 32, "patch_length": 8, "patch_stride": 8, "d_model": 16,
            "num_layers": 2, "prediction_length": 6}, "PatchTSMixerForPrediction", "prediction_outputs"))


def whisper(options, attention):
    config = configured("Whisper", options, attention)
    return Field(transformers.WhisperModel(config).get_encoder(), "last_hidden_state")
