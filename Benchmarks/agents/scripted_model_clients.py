#!/usr/bin/env python3
"""The providers' own clients against the scripted model, and our requests against their types.

    python3 -m venv venv && venv/bin/pip install anthropic openai
    venv/bin/python scripted_model_clients.py http://127.0.0.1:PORT [bodies/...]

The model must follow scripted_model_clients.yaml. Each check is said in one line; the exit status is 1 if one failed.
Further arguments are directories of request bodies (messages.json, chatCompletions.json, responses.json), which are
validated against the clients' types for parameters.
"""

import json
import pathlib
import sys
import typing
import urllib.request

import anthropic
import openai
import pydantic

failures = 0


def check(what, holds, detail=""):
    global failures
    print(("ok    " if holds else "FAIL  ") + what + (f": {detail}" if detail and not holds else ""))
    failures += not holds


def served(base):
    with urllib.request.urlopen(base + "/served") as answer:
        return json.load(answer)


TOOL = {"type": "object", "properties": {"limit": {"type": "integer"}}, "required": ["limit"]}


def messages(base, is_stream):
    client = anthropic.Anthropic(api_key="x", base_url=base, max_retries=2)
    tools = [{"name": "git_log", "description": "Log", "input_schema": TOOL}]
    turns = [{"role": "user", "content": "Release it."}]

    def ask():
        wanted = dict(model="scripted", max_tokens=1000, tools=tools, messages=turns)
        if not is_stream:
            return client.messages.create(**wanted)
        with client.messages.stream(**wanted) as stream:
            for _ in stream:
                pass
            return stream.get_final_message()

    first = ask()
    kind = "streamed" if is_stream else "whole"
    calls = [block for block in first.content if block.type == "tool_use"]
    check(f"Messages {kind}: two calls at once", [call.input for call in calls] == [{"limit": 3}, {"limit": 5}])
    check(f"Messages {kind}: stops for them", first.stop_reason == "tool_use")
    check(f"Messages {kind}: reasoning is signed", first.content[0].type == "thinking" and first.content[0].signature != "")
    turns.append({"role": "assistant", "content": first.content})
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "abc1234 Fix"} for call in calls]
    turns.append({"role": "user", "content": results})
    second = ask()
    check(f"Messages {kind}: answers with what it was given", second.content[0].text == "Found abc1234.", second.content)
    truth = served(base)[-1]["usage"]
    check(
        f"Messages {kind}: usage is what is counted",
        (second.usage.input_tokens, second.usage.output_tokens) == (truth["input"], truth["output"]),
        f"{second.usage} {truth}",
    )


def chat(base, is_stream):
    client = openai.OpenAI(api_key="x", base_url=base + "/v1", max_retries=2)
    tools = [{"type": "function", "function": {"name": "git_log", "description": "Log", "parameters": TOOL}}]
    turns = [{"role": "user", "content": "Release it."}]

    def ask():
        wanted = dict(model="scripted", tools=tools, messages=turns)
        if not is_stream:
            return client.chat.completions.create(**wanted)
        with client.chat.completions.stream(**wanted, stream_options={"include_usage": True}) as stream:
            for _ in stream:
                pass
            return stream.get_final_completion()

    kind = "streamed" if is_stream else "whole"
    first = ask().choices[0]
    calls = first.message.tool_calls or []
    arguments = [json.loads(call.function.arguments) for call in calls]
    check(f"Chat {kind}: two calls at once", arguments == [{"limit": 3}, {"limit": 5}], arguments)
    check(f"Chat {kind}: stops for them", first.finish_reason == "tool_calls")
    turns.append(
        {
            "role": "assistant",
            "tool_calls": [
                {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}
                for call in calls
            ],
        }
    )
    turns += [{"role": "tool", "tool_call_id": call.id, "content": "abc1234 Fix"} for call in calls]
    second = ask()
    check(f"Chat {kind}: answers with what it was given", second.choices[0].message.content == "Found abc1234.")
    truth = served(base)[-1]["usage"]
    check(
        f"Chat {kind}: usage is what is counted",
        (second.usage.prompt_tokens, second.usage.completion_tokens)
        == (truth["input"] + truth["cacheRead"], truth["output"]),
        f"{second.usage} {truth}",
    )


def responses(base, is_stream):
    client = openai.OpenAI(api_key="x", base_url=base + "/v1", max_retries=2)
    tools = [{"type": "function", "name": "git_log", "description": "Log", "parameters": TOOL, "strict": False}]
    turns = [{"role": "user", "content": "Release it."}]

    def ask():
        wanted = dict(model="scripted", tools=tools, input=turns, store=False)
        if not is_stream:
            return client.responses.create(**wanted)
        with client.responses.stream(**wanted) as stream:
            for _ in stream:
                pass
            return stream.get_final_response()

    kind = "streamed" if is_stream else "whole"
    first = ask()
    calls = [item for item in first.output if item.type == "function_call"]
    arguments = [json.loads(call.arguments) for call in calls]
    check(f"Responses {kind}: two calls at once", arguments == [{"limit": 3}, {"limit": 5}], arguments)
    turns += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in first.output]
    turns += [{"type": "function_call_output", "call_id": call.call_id, "output": "abc1234 Fix"} for call in calls]
    second = ask()
    check(f"Responses {kind}: answers with what it was given", second.output_text == "Found abc1234.")
    truth = served(base)[-1]["usage"]
    check(
        f"Responses {kind}: usage is what is counted",
        (second.usage.input_tokens, second.usage.output_tokens)
        == (truth["input"] + truth["cacheRead"], truth["output"]),
        f"{second.usage} {truth}",
    )


def faults(base):
    anthropics = anthropic.Anthropic(api_key="x", base_url=base, max_retries=2)
    openais = openai.OpenAI(api_key="x", base_url=base + "/v1", max_retries=2)
    turn = [{"role": "user", "content": "Be busy."}]
    before = len(served(base))
    answer = anthropics.messages.create(model="scripted", max_tokens=10, messages=turn)
    check("Messages: a 429 that passes is waited out", answer.content[0].text == "At last.")
    check("Messages: and was one", [call["status"] for call in served(base)[before:]] == [429, 200])
    answer = openais.chat.completions.create(model="scripted", messages=turn)
    check("Chat: a 429 that passes is waited out", answer.choices[0].message.content == "At last.")
    turn = [{"role": "user", "content": "Break off."}]
    try:
        with anthropics.messages.stream(model="scripted", max_tokens=10, messages=turn) as stream:
            stream.get_final_message()
        check("Messages: a cut stream is an error", False)
    except Exception as error:
        check("Messages: a cut stream is an error", "peer closed" in str(error) or "incomplete" in str(error), repr(error))
    for kind, ask, error in (
        ("Messages", lambda: anthropics.messages.create(model="scripted", max_tokens=10, messages=[{"role": "user", "content": "Refuse."}]), anthropic.BadRequestError),
        ("Chat", lambda: openais.chat.completions.create(model="scripted", messages=[{"role": "user", "content": "Refuse."}]), openai.BadRequestError),
    ):
        try:
            ask()
            check(f"{kind}: a 400 is one", False)
        except error as refused:
            check(f"{kind}: a 400 is one, with its words", "Not like this." in str(refused), str(refused))


def bodies(directory):
    """Our requests, by the types of the clients' own parameters: no member they do not know, none missing."""
    from anthropic.types.message_create_params import MessageCreateParamsStreaming
    from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
    from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

    for name, params in (
        ("messages", MessageCreateParamsStreaming),
        ("chatCompletions", CompletionCreateParamsStreaming),
        ("responses", ResponseCreateParamsStreaming),
    ):
        body = json.loads((pathlib.Path(directory) / f"{name}.json").read_text())
        known = set(typing.get_type_hints(params))
        check(f"{name}: no member that the client does not know", set(body) <= known, set(body) - known)
        if name == "chatCompletions":
            # Reasoning goes back to servers that are not OpenAI's, in a member that OpenAI's client does not know.
            for message in body["messages"]:
                message.pop("reasoning_content", None)
        try:
            pydantic.TypeAdapter(params).validate_python(body)
            check(f"{name}: fits the client's types", True)
        except pydantic.ValidationError as error:
            check(f"{name}: fits the client's types", False, str(error)[:2000])


if __name__ == "__main__":
    base = sys.argv[1].rstrip("/")
    print(f"anthropic {anthropic.__version__}, openai {openai.__version__}")
    for is_stream in (False, True):
        messages(base, is_stream)
        chat(base, is_stream)
        responses(base, is_stream)
    faults(base)
    for directory in sys.argv[2:]:
        bodies(directory)
    print(f"{failures} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)
