"""The notice in a description."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pod.bbb_migration.owners.base import Activity, Finding
from pod.bbb_migration.sinks.moodle_notice import CFG_UNDO, activities_of, cfg_lines
from pod.bbb_migration.sinks.moodle_text import (
    MARK,
    NoticeError,
    has_notice,
    plain,
    with_notice,
    without_notice,
)

TEXT = (
    "<p class='alert'>Recordings are in <a href='https://pod.example/'>Pod</a> &amp; stay."
    "<br>Import them.</p>"
)
HTML, AUTO, PLAIN, MARKDOWN = 1, 0, 2, 4
FORMATS = [AUTO, HTML, PLAIN, MARKDOWN]
INTROS = st.none() | st.text() | st.text(alphabet="<div/> \r\n\t>ab[]-", max_size=40)


@given(INTROS, st.sampled_from(FORMATS))
def test_taking_it_out_gives_back_what_was_there(intro: str | None, introformat: int) -> None:
    """Letter for letter, in every format; NULL too."""
    assume(not has_notice(intro))
    with_it = with_notice(intro, introformat, TEXT)
    assert has_notice(with_it)
    back = without_notice(with_it, introformat)
    assert back == intro or (introformat == PLAIN and not intro and not back)


@given(INTROS, st.sampled_from(FORMATS))
def test_writing_it_twice_changes_nothing(intro: str | None, introformat: int) -> None:
    """Idempotent by the marker."""
    assume(not has_notice(intro))
    once = with_notice(intro, introformat, TEXT)
    assert with_notice(once, introformat, TEXT) == once


@given(INTROS, st.sampled_from(FORMATS))
def test_new_wording_replaces_the_old(intro: str | None, introformat: int) -> None:
    """As if the old one had never been there."""
    assume(not has_notice(intro))
    old = with_notice(intro, introformat, TEXT)
    assert with_notice(old, introformat, "<p>New</p>") == with_notice(intro, introformat, "<p>New</p>")


def test_the_notice_stays_where_a_teacher_moved_it() -> None:
    """Its place is theirs; a second copy of it goes."""
    block = with_notice("", HTML, "old")
    moved = f"<p>Before</p>{block}<p>After</p>{block}"
    assert with_notice(moved, HTML, "new") == f"<p>Before</p><div {MARK}>new</div><p>After</p>"


def test_an_editor_may_write_the_marker_differently() -> None:
    """Quotes, case and further attributes do not matter; blocks inside do not end it."""
    edited = "<DIV class=\"x\" data-bbb-migration='1'><div>inner</div> text</DIV><p>Mine</p>"
    assert without_notice(edited, HTML) == "<p>Mine</p>"


def test_the_word_pod_is_no_marker() -> None:
    """A podcast's description has no notice."""
    assert not has_notice("<p>Podcast de physique</p>")


def test_plain_text_gets_no_tags() -> None:
    """`introformat` 2 prints tags as text: links become addresses, entities letters."""
    text = with_notice("<b>Mine</b>", PLAIN, TEXT)
    assert "<p" not in text
    assert "Recordings are in Pod (https://pod.example/) & stay.\nImport them." in text
    assert text.endswith("<b>Mine</b>")


def test_markdown_keeps_the_notice_and_the_text_apart() -> None:
    """A blank line ends an HTML block: one stands behind it and none in it."""
    text = with_notice("# Title", MARKDOWN, "<p>a</p>\n\n<p>b</p>")
    block, _, rest = text.partition("\n\n")
    assert (block.count("</p>"), rest) == (2, "# Title")


@pytest.mark.parametrize(
    "text", ["", "  ", "<div>", "</div><div>", f"<div {MARK}>x</div>", "[bbb-migration]"]
)
def test_a_text_that_would_break_its_block_is_refused(text: str) -> None:
    """Empty, unbalanced, or with our own marker in it."""
    with pytest.raises(NoticeError):
        with_notice("", HTML, text)


@pytest.mark.parametrize("intro", [f"<div {MARK}>half", "[bbb-migration] half"])
def test_a_notice_without_end_is_left_alone(in_english: None, intro: str) -> None:
    """Nobody can tell what belongs to the teacher."""
    with pytest.raises(NoticeError, match="by hand"):
        with_notice(intro, HTML, TEXT)
    with pytest.raises(NoticeError, match="by hand"):
        without_notice(intro, HTML)


@given(st.text())
def test_plain_text_never_has_blank_lines(text: str) -> None:
    """Whatever the notice is."""
    try:
        lines = plain(text).split("\n")
    except NoticeError:
        return
    assert lines == [""] or all(line.strip() for line in lines)


def test_the_way_without_writing_is_printed_for_a_shell() -> None:
    """The plugin's own banner: every value is one word of the shell."""
    lines = cfg_lines('<p>It\'s "here" $HOME</p>\n')
    words = [shlex.split(line) for line in lines]
    assert [one[:2] for one in words] == [["php", "admin/cli/cfg.php"]] * 3
    said = {one[2].removeprefix("--name=bigbluebuttonbn_general_warning_"): one[3] for one in words}
    assert said == {
        "message": '--set=<p>It\'s "here" $HOME</p>',
        "roles": "--set=editingteacher,teacher",
        "box_type": "--set=info",
    }
    assert shlex.split(CFG_UNDO)[-1] == "--set="


def test_only_sure_activities_get_the_notice() -> None:
    """Not a copy that is a guess, not a deleted one, and each once."""
    sure = Activity("moodle:default", 7, "Lesson", 2, "Algebra")
    gone = Activity("moodle:default", None, "Lesson", 2, "Algebra")
    findings = [
        Finding("a", activity=sure),
        Finding("b", activity=sure),
        Finding("c", activity=Activity("moodle:default", 8, "Copy", 2, "Algebra"), to_confirm=True),
        Finding("d", activity=gone),
        Finding("e"),
    ]
    assert activities_of(findings) == [sure]
