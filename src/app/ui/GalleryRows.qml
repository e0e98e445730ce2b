import QtQuick
import "theme"
import "transcript"

// The rows of the transcript in the gallery.
Column {
    id: root

    spacing: Theme.scaled(2)

    UserRow {
        accessibleName: "You: And a short Python example?"
        attachments: [
            {
                name: "性能测试报告.pdf",
                facts: "1.2 MB · 3,204 tokens"
            },
            {
                name: "a-file-with-a-very-long-name-that-has-to-be-shortened.csv",
                facts: "812 B · 214 tokens"
            }
        ]
        isHead: true
        messageId: "user"
        text: "And a short Python example?\n再来一个例子。"
        variant: "1/2"
        width: root.width
    }
    ReasoningRow {
        accessibleName: "Thought"
        author: "Qwen3 4B"
        facts: "Thought for 12 s"
        isHead: true
        isOpen: true
        isStreaming: false
        messageId: "reply"
        text: "The person wants a short example.\n先想一想：最短的写法是什么？"
        width: root.width
    }
    ReasoningRow {
        accessibleName: "Thinking"
        facts: "Thinking…"
        isHead: false
        isOpen: false
        isStreaming: true
        messageId: "reply"
        text: ""
        width: root.width
    }
    RichRow {
        accessibleName: "Model: Here it is"
        author: "Qwen2.5 7B Instruct"
        html: "<h2>A heading</h2><p>Words with <b>weight</b>, <code>code</code> and <a href=\"https://example.org/\">a link</a>. 总之，先选对<b>量化等级</b>。</p><ul><li>first</li><li>second</li></ul><blockquote><p>A quote</p></blockquote>"
        isHead: true
        messageId: "reply"
        width: root.width
    }
    RichRow {
        accessibleName: "tasks"
        html: "<ul><li>☑ measured</li><li>☐ written down<ol><li>nested, with <var>$f(x)=\\frac{1}{x}$</var></li></ol></li></ul><p>Inline: <var>$E=mc^2$</var>, <var>$\\sum_{i=1}^n i$</var> and 公式 <var>$\\sqrt{x_1}$</var>, but <var>$\\unknown{x}$</var> as it is.</p>"
        isHead: false
        messageId: "reply"
        width: root.width
    }
    MathsRow {
        accessibleName: "formula"
        html: "<var>$$\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a} = \\int_0^\\infty e^{-x^2}\\,dx$$</var>"
        isHead: false
        messageId: "reply"
        text: "$$\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a} = \\int_0^\\infty e^{-x^2}\\,dx$$"
        width: root.width
    }
    CodeRow {
        accessibleName: "def rate"
        isHead: false
        language: "python"
        messageId: "reply"
        text: "def rate(tokens: int, seconds: float) -> float:  # 每秒词元数\n    \"\"\"Tokens in each second.\"\"\"\n    return tokens / seconds if seconds else 0.0"
        width: root.width
    }
    TableRow {
        accessibleName: "a table"
        isHead: false
        messageId: "reply"
        table: ({
                header: ["Model", "Size", "说明"],
                rows: [["1.5B", "1.0 GB", "适合旧笔记本"], ["7B", "4.4 GB", "<b>推荐</b>配置"]],
                alignments: ["left", "right", "left"]
            })
        width: root.width
    }
    FootRow {
        accessibleName: "About this reply"
        canContinue: true
        facts: "1,541 tokens · 11.4 tok/s"
        isHead: false
        messageId: "reply"
        variant: "2/3"
        width: root.width
    }
    WaitingRow {
        accessibleName: "Loading"
        isHead: false
        messageId: "waiting"
        text: "Loading the model… 34 %"
        width: root.width
    }
    NoticeRow {
        accessibleName: "interrupted"
        isError: false
        isHead: false
        messageId: "notice"
        remedy: "continue"
        remedyText: "Continue"
        text: "This reply was interrupted. What was saved is shown."
        width: root.width
    }
    NoticeRow {
        accessibleName: "failed"
        isError: true
        isHead: false
        messageId: "error"
        remedy: "shorter-context"
        remedyText: "Use a shorter context"
        text: "There is not enough memory for Qwen2.5 7B. Close other programs, choose a smaller model file or a shorter context window."
        width: root.width
    }
    NoticeRow {
        accessibleName: "full"
        isError: false
        isHead: false
        messageId: "full"
        remedy: "roll-context"
        remedyText: "Leave out the earliest messages and go on"
        text: "The context window of 8,192 tokens is full. Leave out the earliest messages, or choose a longer context window in the settings."
        width: root.width
    }
    ViewLine {
        accessibleName: "view"
        facts: ""
        isHead: false
        messageId: ""
        text: "The model's view begins here; 6 earlier messages are left out"
        width: root.width
    }
    ViewLine {
        accessibleName: "summary"
        facts: "They compared trains to Kyoto and chose the morning one."
        isHead: false
        isOpen: true
        messageId: ""
        text: "Earlier messages are summarised for the model (6)"
        width: root.width
    }
}
