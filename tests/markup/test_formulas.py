"""Formulas: the usual ones are drawn, what cannot be is left to its source, and hostile ones end in time."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest

from app.markup import formulas
from app.markup.formulas import draw

USUAL = r"""
\frac{1}{2}
\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
\sum_{i=1}^{n} i = \frac{n(n+1)}{2}
\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}
\lim_{x \to 0} \frac{\sin x}{x} = 1
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}
\begin{vmatrix} a & b \\ c & d \end{vmatrix}
f(x) = \begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}
\begin{aligned} a &= b + c \\ &= d \end{aligned}
\begin{align*} a &= b \\ c &= d \end{align*}
\begin{gather*} a = b \\ c = d \end{gather*}
\begin{equation} a = b \label{eq:a} \end{equation}
\begin{array}{c|c} a & b \\ \hline c & d \end{array}
\mathcal{L}(\theta) = -\frac{1}{N}\sum_{t=1}^{N} \log p_\theta(x_t \mid x_{<t}) + \lambda\|\theta\|_2^2
a_{ij} = \frac{\exp(q_i \cdot k_j / \sqrt{d})}{\sum_l \exp(q_i \cdot k_l / \sqrt{d})}
\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V
\operatorname{Attention}(Q, K, V)
\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}
\mathbb{R}^n \to \mathbb{R}
x \in \mathbb{Z},\ \forall \epsilon > 0\ \exists \delta
\overline{z} + \hat{y} + \tilde{x} + \vec{v} + \bar{x} + \dot{q}
\binom{n}{k} = \frac{n!}{k!(n-k)!}
\sqrt[3]{x^2+1}
\left\lfloor \frac{n}{2} \right\rfloor
P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B)}
E = mc^2
\boxed{42}
\underbrace{a+b+c}_{n}
\xrightarrow{f}
a \implies b \iff c
\displaystyle\sum_{k} \tfrac{1}{2} \dfrac{3}{4}
\mathbf{x}^{\mathsf{T}} \boldsymbol{\Sigma}^{-1} \mathbf{x}
\color{red}{x}
O(n \log n)
10^{-3}\,\mathrm{m/s}
5\% \text{ and } \$3
\prod_{p} \left(1 - p^{-s}\right)^{-1}
\iint_D f \, dA \quad \oint_C
\mathfrak{g} \oplus \mathscr{F}
\not\in \neq \leq \geq \approx \sim \equiv \propto
\left| \frac{a}{b} \right| \bigl( x \bigr) \Big[ y \Big]
f'(x) = \dfrac{df}{dx}
\sum_{\substack{a \\ b}} c
x = y \tag{1}
\ldots \cdots \vdots \ddots
\cancel{x}
\Pr(X \ge a) \le \frac{\mathbb{E}[X]}{a}
\max_{x} \min_{y} \arg\max_\theta
\angle ABC = 90^\circ
\det(A - \lambda I) = 0
\langle \psi | \hat{H} | \psi \rangle
A \cup B \cap C \setminus D \subseteq E
\left. \frac{dy}{dx} \right|_{x=0}
a \equiv b \pmod{n}
\left\{ x \in \mathbb{R} \mid x^2 < 2 \right\}
\lVert x \rVert \lceil y \rceil
""".strip().split("\n")
NOT_DRAWN = [
    r"\unknown{x}",
    r"\ce{H2O}",
    r"\text{中文}",
    r"速度 = x",
    "\U0001f600",
    r"\frac{1}",
    r"a_",
    "{",
    r"\left( x",
    "a & b",
    r"\begin{tikzpicture} x \end{tikzpicture}",
    r"\input{/etc/passwd}",
    r"\include{x}",
    r"\newcommand{\a}{b}\a",
    r"\def\a{\a\a}\a",
    r"\DeclareMathOperator{\a}{b}\a",
    r"\href{http://127.0.0.1/}{x}",
    r"\style{background:url(http://127.0.0.1/)}{x}",
    r"\rule{1pt}{9999999pt}",
    r"\left(\rule{1pt}{99999pt}\right)",
    r"\hspace{99999999pt}x",
    "x" * 2_001,
]
BOMBS = [
    "{" * 20 + "x" + "}" * 20,
    "{" * 900 + "x" + "}" * 900,
    r"\sqrt{" * 23 + "x" + "}" * 23,
    r"\frac{1}{" * 23 + "x" + "}" * 23,
    r"\left(" * 23 + "x" + r"\right)" * 23,
    "x^{" * 23 + "x" + "}" * 23,
    "x" + "^x_x" * 400,
    "x^2+" * 499 + "x",
    r"\begin{pmatrix}" + r"a&b&c\\" * 200 + r"\end{pmatrix}",
    r"\begin{pmatrix}" * 12 + "a" + r"\end{pmatrix}" * 12,
    r"\hat" * 480 + "x",
    r"\sqrt" * 390 + "x",
    r"\overbrace{" * 23 + "x" + "}" * 23,
    "a" + "'" * 1_900,
    r"\binom{" * 300,
    r"\begin{array}{" + "c" * 1_500 + r"}a\end{array}",
    r"\mathrm{" * 200,
    r"\tag{a}" * 280,
]


@pytest.mark.parametrize("tex", USUAL)
def test_a_usual_formula_is_drawn(tex: str) -> None:
    for source in (f"$${tex}$$", f"\\({tex}\\)"):
        drawing = draw(source)
        assert drawing is not None
        assert 0 < drawing.width < 60
        assert 0 < drawing.ascent + drawing.descent < 12


@pytest.mark.parametrize("tex", NOT_DRAWN, ids=lambda tex: tex[:24])
def test_what_cannot_be_drawn_as_it_was_meant_is_not_drawn(tex: str) -> None:
    assert draw(f"$${tex}$$") is None


@pytest.mark.parametrize("source", ["", "$", "$$", "$$$$", "x", "$x", r"\[x", r"\(x\]"])
def test_what_is_not_closed_is_not_drawn(source: str) -> None:
    assert draw(source) is None


@pytest.mark.parametrize("tex", BOMBS, ids=lambda tex: f"{tex[:16]}x{len(tex)}")
def test_a_hostile_formula_ends_in_time(tex: str) -> None:
    draw("$x$")
    begin = time.thread_time()
    drawing = draw(f"$${tex}$$")
    assert time.thread_time() - begin < 4 * formulas.MAX_SECONDS
    assert drawing is None or max(drawing.width, drawing.ascent + drawing.descent) <= formulas.MAX_EM


def test_a_drawing_is_paths_and_lines_and_nothing_that_could_be_fetched() -> None:
    for tex in [
        *USUAL,
        r"\color{url(http://127.0.0.1/x)}{x}",
        r"\colorbox{red}{x}",
        "<image href='http://127.0.0.1'/>",
    ]:
        drawing = draw(f"$${tex}$$")
        if drawing is None:
            continue
        for element in ElementTree.fromstring(drawing.svg).iter():
            assert element.tag.rpartition("}")[2] in ("svg", "g", "path", "rect", "line", "polyline"), element.tag
            assert not any("href" in name or "url(" in value or "style" in name for name, value in element.items())


def test_a_drawing_takes_the_colour_of_the_text() -> None:
    drawing = draw(r"$\frac{x}{\sqrt{2}}$")
    assert drawing is not None
    inks = re.findall(r'(?:fill|stroke)="([^"]*)"', drawing.svg)
    assert set(inks) <= {"currentColor", "none"}
    assert "currentColor" in inks


def test_the_baseline_is_where_the_letters_stand() -> None:
    drawing = draw("$x$")
    assert drawing is not None
    assert drawing.ascent == pytest.approx(0.53, abs=0.05)
    assert drawing.descent == pytest.approx(0.06, abs=0.03)
