"""A track as a picture: its states in layers by how many steps lead there, its steps as lines. The same is told in words beside it."""

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from longstop.process.maps import Track

WIDE, HIGH, GAP_X, GAP_Y, MARGIN = 200, 56, 56, 28, 12
LETTERS = 26  # of a line in a box


def drawn(track: Track, counts: Mapping[str, int]) -> SafeString:
    """Give the track as SVG, with how many cases stand in each state. Steps that lead back are drawn as dashed lines."""
    layers = _layers(track)
    deepest = max(len(states) for states in layers)
    width = 2 * MARGIN + len(layers) * WIDE + (len(layers) - 1) * GAP_X
    height = 2 * MARGIN + deepest * (HIGH + GAP_Y)
    placed = [(state, column, row) for column, states in enumerate(layers) for row, state in enumerate(states)]
    places = {state: (MARGIN + column * (WIDE + GAP_X), MARGIN + row * (HIGH + GAP_Y)) for state, column, row in placed}
    depth = {state: column for state, column, _ in placed}
    pairs = dict.fromkeys((start, step.to) for step in track.steps.values() for start in step.from_ if start != step.to)
    lines = "".join(_line(places[start], places[to], back=depth[to] <= depth[start]) for start, to in pairs)
    boxes = "".join(_box(places[code], state.title, counts.get(code, 0), rests=state.rests) for code, state in track.states.items())
    marker = '<defs><marker id="ls-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
    marker += '<path d="M0 0 8 4 0 8z" class="ls-map-head"/></marker></defs>'
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    label = escape(f"{track.title}, drawn. The list above says the same.")
    # Titles come from dated policy, and are escaped; nothing here is typed by anybody else.
    return mark_safe(f'<svg class="ls-map" role="img" aria-label="{label}" {size}>{marker}{lines}{boxes}</svg>')


def _layers(track: Track) -> list[list[str]]:
    found, here, layers = {track.begins}, [track.begins], []
    while here:
        layers.append(here)
        onward = dict.fromkeys(step.to for state in here for step in track.offered(state))
        here = [state for state in onward if state not in found]
        found.update(here)
    return layers


def _line(start: tuple[int, int], to: tuple[int, int], *, back: bool) -> str:
    (x, y), (u, v) = start, to
    if back:
        bend = f"M{x + WIDE // 2} {y + HIGH} C{x + WIDE // 2} {y + HIGH + 34} {u + WIDE // 2} {v + HIGH + 34} {u + WIDE // 2} {v + HIGH}"
        return f'<path class="ls-map-line ls-map-back" d="{bend}" marker-end="url(#ls-arrow)"/>'
    bend = f"M{x + WIDE} {y + HIGH // 2} C{x + WIDE + GAP_X // 2} {y + HIGH // 2} {u - GAP_X // 2} {v + HIGH // 2} {u} {v + HIGH // 2}"
    return f'<path class="ls-map-line" d="{bend}" marker-end="url(#ls-arrow)"/>'


def _box(place: tuple[int, int], title: str, many: int, *, rests: bool) -> str:
    x, y = place
    lines = _wrapped(title)
    kind = "ls-map-box ls-map-rests" if rests else "ls-map-box"
    text = "".join(f'<text x="{x + 10}" y="{y + 18 + 15 * row}">{escape(line)}</text>' for row, line in enumerate(lines))
    number = f'<text x="{x + WIDE - 10}" y="{y + HIGH - 8}" text-anchor="end" class="ls-map-many">{many:,}</text>'
    return f'<g><rect class="{kind}" x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="3"/>{text}{number}</g>'


def _wrapped(title: str) -> list[str]:
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) >= LETTERS and len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
