"""The pieces a report is made of: elements that cannot be broken out of, charts, marks, figures."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.pages import Page
from wan_notebook.experiments.archives.safe_names import LETTERS, RESERVED, ascii_name, safe_name
from wan_notebook.experiments.report.chart import LINE, Interval, Point, cut, forest, scale, scatter
from wan_notebook.experiments.report.elements import Markup, element, joined
from wan_notebook.experiments.report.marking import marked
from wan_notebook.experiments.report.words import money, percent, seconds, signed, size, span

ANY_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")))


@given(ANY_TEXT, ANY_TEXT)
def test_text_never_becomes_markup(words: str, value: str) -> None:
    """Whatever stands in a child or an attribute, a browser reads one element with one attribute."""
    page = Page(element("p", words, title=value).html)
    assert page.tags == [("p", {"title": value})]
    assert page.words == " ".join(words.split())


def test_children_may_be_lists_and_nothing() -> None:
    """What is None is left out, what was made here goes in as it is."""
    made = element("div", None, ["a", [element("b", "<")]], (part for part in "cd"), hidden=True, id=None)
    assert made.html == "<div hidden>a<b>&lt;</b>cd</div>"
    assert joined("x", Markup("<br>")).html == "x<br>"
    assert element("img", alt="", aria_label='"').html == '<img alt="" aria-label="&quot;">'
    assert str(made) == made._repr_html_() == made.html


def test_half_a_surrogate_pair_becomes_an_escape() -> None:
    """UTF-8 has no bytes for it."""
    assert element("p", "\ud83e", title="\udd8a").html.encode() == b'<p title="\\udd8a">\\ud83e</p>'


@given(st.floats(1e-9, 1e9))
def test_a_scale_has_few_round_steps(highest: float) -> None:
    """From 0, evenly, and not much farther than needed."""
    steps = scale(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * (1 - 1e-9)
    assert 3 <= len(steps) <= 9
    assert steps[-2] < highest


def test_a_scale_of_nothing_is_still_one() -> None:
    """Everything may have cost nothing."""
    assert scale(0) == [0.0, 1.0]


def test_rows_of_intervals_share_a_scale() -> None:
    """The middle is at one half, the ends of the scale at the same distance from it."""
    row = Interval(label="a", value=0.5, low=0.0, high=1.0, words="50 %")
    page = Page(forest([row], "caption").html)
    (dot,) = page.named("circle")
    half, middle, *_ = page.named("line")
    assert dot["cx"] == half["x1"] == "210.0"
    assert float(middle["x1"]) + float(middle["x2"]) == 420
    assert page.words.endswith("a 50 %")


def test_labels_in_a_plot_do_not_lie_on_each_other() -> None:
    """Arms that are equally good and cost the same keep readable names; long ones are cut."""
    points = [
        Point(label=f"arm {number} {'x' * 30}", across=(1.0, 1.2, 1.4), up=(0.4, 0.5, 0.6))
        for number in range(12)
    ]
    page = Page(scatter(points, across="cost", up="rate", title="both").html)
    heights = [float(each["y"]) for each in page.named("text") if each.get("class") == "name"]
    assert len(page.named("circle")) == len(heights) == 12
    assert all(later - earlier >= LINE for earlier, later in pairwise(heights))
    assert page.words.count("…") == 12
    assert cut("short") == "short"


@pytest.mark.parametrize(
    ("mine", "others", "marks"),
    [
        ("a fox in a forest, golden light", ["a fox in a forest"], [", golden light"]),
        ("a fox in a forest", ["a fox in a forest, golden light"], []),
        ("a red fox", ["a blue fox", "a blue fox"], ["red"]),
        ("一只狐狸在雨中奔跑", ["一只狐狸在雪中奔跑"], ["雨"]),
        ("a b", ["a b", "b"], ["a "]),
        ("", ["a"], []),
    ],
)
def test_words_that_differ_are_marked(mine: str, others: list[str], marks: list[str]) -> None:
    """Pieces are words, and single characters in Chinese; blanks alone are not marked."""
    html = marked(mine, others).html
    found = [part.split("</mark>")[0] for part in html.split('<mark class="differs">')[1:]]
    assert found == marks


@given(ANY_TEXT, ANY_TEXT)
def test_marks_change_no_text(mine: str, other: str) -> None:
    """Taken away, they leave the text as it was."""
    page = Page(element("p", marked(mine, [other])).html)
    assert "".join(page._words) == mine
    assert {tag for tag, _ in page.tags} <= {"p", "mark"}


def test_figures_in_words() -> None:
    """What is not known is never 0."""
    assert (percent(None), percent(0.666), span(0.1, None), span(0.1, 0.92)) == ("–", "67 %", "–", "10–92 %")
    assert (money(None, "CNY"), money(Decimal("1.2"), "CNY"), money(0.004, None)) == (
        "not known",
        "1.20 CNY",
        "0.004",
    )
    assert [seconds(value) for value in (None, 5.25, 61.4, 150)] == ["–", "5.2 s", "61 s", "2 min 30 s"]
    assert [size(value) for value in (1, 44_000, 1_440_000, 26_000_000)] == [
        "0 KB",
        "44 KB",
        "1.4 MB",
        "26 MB",
    ]
    assert (signed(0.5), signed(-0.5)) == ("+0.50", "−0.50")


@given(st.text())
def test_names_are_names_in_every_file_system(typed: str) -> None:
    """Short, without separators, dots, blanks and control characters, and no device's."""
    name = safe_name(typed, otherwise="experiment")
    assert 0 < len(name) <= LETTERS
    assert not set(name) & set('/\\:*?"<>|. \n\0')
    assert not RESERVED.fullmatch(name)
    assert ascii_name(typed, otherwise="arm").isascii()


@pytest.mark.parametrize(
    ("typed", "name"),
    [("golden light!", "golden-light"), ("../../etc", "etc"), ("狐狸", "狐狸"), ("CON", "x"), ("…", "x")],
)
def test_names_say_what_was_typed(typed: str, name: str) -> None:
    """As far as that can be in a name."""
    assert safe_name(typed, otherwise="x") == name
