"""Is a message written in English? The sources, the search and the rules know no other language, and must say so."""

from __future__ import annotations

import re

from coach.grounding.words import word_set

#: Words that are frequent in a language and are none in English, nor in a team's jargon.
_WORDS = {
    "German": word_set("der und ich ist nicht das mein meine wir sie mit ein eine einen wie auf für dass habe wenn"),
    "French": word_set("je ne pas est les des une que qui mon ma mes nous vous dans pour avec il elle suis comment"),
    "Spanish": word_set("el los las una que mi mis no es está con para por cómo pero como se lo le muy nadie quiero"),
    "Portuguese": word_set("os uma que meu minha não é está com para por como mas se do da dos das nosso ele ela devo"),
    "Italian": word_set("il gli una che mio mia non è con per come ma si della dei sono ho nel alla questo anche"),
    "Dutch": word_set("het een ik niet mijn wij zij met hoe dat maar voor zijn heb heeft als naar wordt van ook"),
    "Polish": word_set("nie jest mój moja że się na jak dla ale mam czy przez co ich żeby tylko zarząd"),
    "Turkish": word_set("bir ve bu ben için ne nasıl ama çok değil mi benim bana gibi daha kimse her var yok"),
}
_ENGLISH = word_set(
    "the a an and or but of to in on at for with is are was be have has had do does did not no i my me we our you your "
    "he she it they them his her this that what how who when why if so as from by about can should would will"
)
_TOKEN = re.compile(r"[^\W\d_]+")
_LEAST = 4


def other_language(text: str) -> str:
    """Return the language that `text` seems to be written in: its name, "another script", or empty for English.

    Counts frequent words, so it needs four words, and says nothing of text that is neither (code, names, half a
    sentence): only what is surely not English is called so.
    """
    words = [w.lower() for w in _TOKEN.findall(text)]
    letters = "".join(words)
    if letters and sum(c > "\u036f" for c in letters) > len(letters) / 2:
        return "another script"
    if len(words) < _LEAST:
        return ""
    counts = {name: sum(w in some for w in words) for name, some in _WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    english = sum(w in _ENGLISH for w in words)
    return best if counts[best] >= max(2, len(words) / 8) and counts[best] > 2 * english else ""
