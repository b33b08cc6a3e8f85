from __future__ import annotations

import pytest

from coach.agent.language import other_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Mein Team ist müde und ich habe wieder ein Datum genannt, wie komme ich da raus?",
            "German",
        ),
        ("Mon équipe est fatiguée et je ne sais pas comment dire non au directeur.", "French"),
        ("Mi jefe quiere una fecha que no podemos cumplir, ¿cómo se lo digo?", "Spanish"),
        ("O meu diretor quer uma data que não podemos cumprir, como é que eu digo?", "Portuguese"),
        ("Il mio capo vuole una data che non possiamo mantenere, come si dice di no?", "Italian"),
        ("Mijn baas wil een datum die wij niet halen, hoe zeg ik dat het niet kan?", "Dutch"),
        ("Mój szef chce daty, której nie dotrzymamy, jak mam mu to powiedzieć, żeby się nie obraził?", "Polish"),
        ("Ekibim çok yorgun ve ben kimse için hayır diyemiyorum, ne yapmalıyım?", "Turkish"),
        ("チームが疲れています。どうすればいいですか", "another script"),
        ("मेरी टीम बहुत थक गई है", "another script"),
    ],
)
def test_other_languages_are_recognised(text: str, language: str) -> None:
    assert other_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "vp wants date, team fried",
        "My VP wants a date that we cannot keep.",
        "prod down, p99 latency x3, kubelet OOM, what do I tell sales",
        "El Niño broke our forecasts and the board asks who is to blame",
        "our Zürich team's café meeting: who speaks for whom",
        "model.fit(X, y) fails in CI since Monday",
        "",
        "🔥🔥🔥",
        "no",
    ],
)
def test_english_and_what_is_no_language_pass(text: str) -> None:
    assert other_language(text) == ""
