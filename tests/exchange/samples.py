"""Small exports of other programs, as those write them: each has a question that was answered twice."""

from __future__ import annotations

from typing import Any

MADE = 1_700_000_000


def chatgpt() -> list[dict[str, Any]]:
    """``conversations.json``: hidden system message, thoughts, a tool, two replies of which the second is shown."""

    def node(name: str, parent: str | None, role: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
        message = {"id": name, "author": {"role": role, "name": None, "metadata": {}}, "create_time": MADE + 1.5,
                   "content": content, "status": "finished", "recipient": "all", "metadata": {}}  # fmt: skip
        return {"id": name, "parent": parent, "children": [], "message": {**message, **more}}

    def said(text: str) -> dict[str, Any]:
        return {"content_type": "text", "parts": [text]}

    hidden = {"is_visually_hidden_from_conversation": True}
    nodes = [
        {"id": "root", "parent": None, "children": ["sys"], "message": None},
        node("sys", "root", "system", said(""), metadata=hidden),
        node("q", "sys", "user", {"content_type": "multimodal_text", "parts": [{"asset_pointer": "file"}, "Hello?"]}),
        node("a1", "q", "assistant", said("First."), metadata={"model_slug": "gpt-4"}),
        node("t", "q", "assistant", {"content_type": "thoughts", "thoughts": [{"summary": "S", "content": "Hm."}]}),
        node("r", "t", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 1s"}),
        node("call", "r", "assistant", {"content_type": "code", "text": "search()"}, recipient="browser"),
        node("tool", "call", "tool", said("a page")),
        node("a2", "tool", "assistant", said("Second."), metadata={"model_slug": "o1"}),
        node("q2", "a2", "user", said("Thanks")),
    ]
    return [{"title": "Greeting", "create_time": MADE + 0.5, "update_time": MADE + 9.0, "conversation_id": "c-1",
             "mapping": {entry["id"]: entry for entry in nodes}, "current_node": "q2"}]  # fmt: skip


def open_webui() -> list[dict[str, Any]]:
    """An export of all chats; the second reply folds its reasoning into the text."""
    folded = (
        '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n'
        "&gt; I &amp; you.\n&gt; Yes.\n</details>\nSecond."
    )
    messages = {
        "q": {"id": "q", "parentId": None, "childrenIds": ["a1", "a2"], "role": "user", "content": "Hello?",
              "timestamp": MADE, "models": ["qwen"]},
        "a1": {"id": "a1", "parentId": "q", "childrenIds": [], "role": "assistant", "content": "First.",
               "timestamp": MADE + 1, "model": "qwen", "done": True},
        "a2": {"id": "a2", "parentId": "q", "childrenIds": [], "role": "assistant", "content": folded,
               "timestamp": MADE + 2, "model": "qwen", "done": True},
    }  # fmt: skip
    chat = {"title": "Greeting", "models": ["qwen"], "system": "Be kind.",
            "history": {"messages": messages, "currentId": "a2"}, "messages": []}  # fmt: skip
    return [{"id": "w-1", "user_id": "u", "title": "Greeting", "chat": chat, "created_at": MADE,
             "updated_at": MADE + 5, "archived": False, "pinned": False}]  # fmt: skip


def lm_studio() -> dict[str, Any]:
    """A ``*.conversation.json``: the second of two versions is shown."""

    def reply(text: str, *before: dict[str, Any]) -> dict[str, Any]:
        step = {"type": "contentBlock", "stepIdentifier": "s", "content": [{"type": "text", "text": text}]}
        return {"type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "qwen/qwen3"},
                "steps": [*before, step, {"type": "debugInfoBlock", "debugInfo": "x"}]}  # fmt: skip

    thinking = {"type": "contentBlock", "style": {"type": "thinking", "ended": True, "title": "Thought for 1 second"},
                "content": [{"type": "text", "text": "<think>", "isStructural": True},
                            {"type": "text", "text": "Hm."},
                            {"type": "text", "text": "</think>", "isStructural": True}]}  # fmt: skip
    question = {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Hello?"}]}
    return {
        "name": "Greeting", "pinned": False, "createdAt": MADE * 1000, "tokenCount": 9, "systemPrompt": "Be kind.",
        "messages": [{"versions": [question], "currentlySelected": 0},
                     {"versions": [reply("First."), reply("Second.", thinking)], "currentlySelected": 1}],
        "userLastMessagedAt": MADE * 1000,
    }  # fmt: skip


def jan() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """``thread.json`` and the lines of ``messages.jsonl``, newest first as older versions have them."""

    def message(name: str, role: str, at: int, text: str) -> dict[str, Any]:
        content = [{"type": "text", "text": {"value": text, "annotations": []}}]
        return {"id": name, "object": "thread.message", "thread_id": "t-1", "role": role, "content": content,
                "status": "ready", "created_at": at, "completed_at": at, "metadata": {}}  # fmt: skip

    assistant = {"assistant_id": "jan", "assistant_name": "Jan", "instructions": "Be kind.",
                 "model": {"id": "qwen3-4b", "engine": "llama-cpp"}}  # fmt: skip
    thread = {"id": "t-1", "object": "thread", "title": "Greeting", "assistants": [assistant], "created": MADE,
              "updated": MADE + 3, "metadata": {}}  # fmt: skip
    return thread, [
        message("m2", "assistant", (MADE + 2) * 1000, "<think>\nHm.\n</think>\n\nSecond."),
        message("m1", "user", (MADE + 1) * 1000, "Hello?"),
    ]


def llama_ui() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The session and the messages of llama.cpp's web UI."""

    def message(name: str, parent: str | None, role: str, text: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "convId": "l-1", "type": "text", "timestamp": MADE * 1000, "role": role, "content": text,
                "parent": parent, "children": [], **more}  # fmt: skip

    conversation = {"id": "l-1", "name": "Greeting", "lastModified": (MADE + 5) * 1000, "currNode": "a2"}
    return conversation, [
        message("root", None, "system", "", type="root"),
        message("s", "root", "system", "Be kind."),
        message("q", "s", "user", "Hello?"),
        message("a1", "q", "assistant", "First.", model="qwen.gguf"),
        message("a2", "q", "assistant", "Second.", model="qwen.gguf", reasoningContent="Hm."),
    ]
