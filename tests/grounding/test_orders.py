from __future__ import annotations

import pytest

from coach.grounding.orders import forbids, gives_order, masked, only_forbids


def test_quotations_are_blotted_out_and_nothing_moves() -> None:
    text = "Say 'don't wait' or “go on”, and don't sign it."
    assert len(masked(text)) == len(text)
    assert masked(text).startswith("Say ███")
    assert masked(text).endswith("and don't sign it.")


@pytest.mark.parametrize(
    ("text", "order", "forbidden", "only"),
    [
        ("Ask first.", True, False, False),
        ("If they ask, then say no.", True, False, False),
        ("The team asks first.", False, False, False),
        ("Do not ask first.", False, True, True),
        ("Don’t wait; ask first.", True, True, False),
        ("Don't wait, but keep calm.", False, True, False),
        ("Ask first; never wait.", True, True, True),
        ("The lead does not know.", False, False, False),
        ("Say 'don't wait'.", True, False, False),
    ],
)
def test_orders(text: str, order: bool, forbidden: bool, only: bool) -> None:
    assert (gives_order(text), forbids(text), only_forbids(text)) == (order, forbidden, only)
