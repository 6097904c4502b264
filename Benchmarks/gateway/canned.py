"""What the canned upstream answers and what is asked of it: the same for every target that is measured.

A gateway tells by the model which of the upstreams is wanted: the one whose answers come whole, the one whose answers
are streamed in a hundred chunks, written at once or each on its own, or the slow one (upstream.py).
"""

import json

MODELS = {
    "openAI": {"whole": "gpt-5.5", "streamed": "gpt-5.4", "pieces": "gpt-5.2", "slow": "gpt-5.1"},
    "anthropic": {"whole": "claude-opus-4-8", "streamed": "claude-opus-4-7", "pieces": "claude-haiku-4-5"},
}
PATH = {"openAI": "/v1/chat/completions", "anthropic": "/v1/messages"}
CHUNKS = 100

CHAT_USAGE = {
    "prompt_tokens": 25,
    "completion_tokens": 107,
    "total_tokens": 132,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
}
ANTHROPIC_USAGE = {
    "input_tokens": 25,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 107,
    "service_tier": "standard",
}
# In the ledger's classes: what a gateway has to find in either.
INPUT, OUTPUT = 25, 107
TEXT = "The quick brown fox jumps over the lazy dog, and nobody is surprised any more. "


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def whole(dialect):
    """A JSON answer of 550 to 600 bytes."""
    if dialect == "openAI":
        return compact({
            "id": "chatcmpl-canned", "object": "chat.completion", "created": 1763700000, "model": MODELS[dialect]["whole"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT + TEXT[:40], "refusal": None},
                         "logprobs": None, "finish_reason": "stop"}],
            "usage": CHAT_USAGE, "service_tier": "default", "system_fingerprint": "fp_canned",
        })
    return compact({
        "id": "msg_canned", "type": "message", "role": "assistant", "model": MODELS[dialect]["whole"],
        "content": [{"type": "text", "text": TEXT * 3}], "stop_reason": "end_turn", "stop_sequence": None,
        "usage": ANTHROPIC_USAGE,
    })


def streamed(dialect):
    """The pieces of a stream, one for each event: a hundred with text, and those that open and close it."""
    if dialect == "openAI":
        frame = {"id": "chatcmpl-canned", "object": "chat.completion.chunk", "created": 1763700000,
                 "model": MODELS[dialect]["streamed"]}

        def chunk(delta, finish=None):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return f"data: {compact({**frame, 'choices': [choice], 'usage': None})}\n\n"

        return [
            chunk({"role": "assistant", "content": ""}),
            *(chunk({"content": f"word{n} "}) for n in range(CHUNKS)),
            chunk({}, "stop"),
            f"data: {compact({**frame, 'choices': [], 'usage': CHAT_USAGE})}\n\n",
            "data: [DONE]\n\n",
        ]

    def event(value):
        return f"event: {value['type']}\ndata: {compact(value)}\n\n"

    start = {"id": "msg_canned", "type": "message", "role": "assistant", "model": MODELS[dialect]["streamed"], "content": [],
             "stop_reason": None, "stop_sequence": None, "usage": {**ANTHROPIC_USAGE, "output_tokens": 1}}
    return [
        event({"type": "message_start", "message": start}),
        event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        *(event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": f"word{n} "}})
          for n in range(CHUNKS)),
        event({"type": "content_block_stop", "index": 0}),
        event({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
               "usage": {"output_tokens": OUTPUT}}),
        event({"type": "message_stop"}),
    ]


def request(dialect, kind):
    """What is asked. Streams ask for their usage, so that no target has anything to add."""
    body = {
        "model": MODELS[dialect][kind],
        "max_tokens": 256,
        "messages": [{"role": "user", "content": "Say something about foxes and dogs, in a sentence or two."}],
    }
    if kind != "whole":
        body["stream"] = True
        if dialect == "openAI":
            body["stream_options"] = {"include_usage": True}
    return compact(body)
