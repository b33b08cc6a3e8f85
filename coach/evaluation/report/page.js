"use strict";
(() => {
  const bar = document.getElementById("filter");
  const cards = [...document.querySelectorAll(".case")];
  if (!bar || !cards.length) return;
  const words = document.createElement("input");
  words.type = "search";
  words.placeholder = "Filter the cases below";
  words.setAttribute("aria-label", "Words that a case must hold");
  const kinds = document.createElement("select");
  kinds.setAttribute("aria-label", "Kind of case");
  for (const kind of ["every kind", ...new Set(cards.map((c) => c.dataset.kind))]) kinds.add(new Option(kind));
  const count = document.createElement("span");
  const apply = () => {
    const wanted = words.value.toLowerCase();
    let shown = 0;
    for (const card of cards) {
      const fits = kinds.selectedIndex === 0 || card.dataset.kind === kinds.value;
      card.hidden = !(fits && card.textContent.toLowerCase().includes(wanted));
      shown += card.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${cards.length} cases`;
  };
  words.addEventListener("input", apply);
  kinds.addEventListener("change", apply);
  bar.append(words, kinds, count);
  bar.hidden = false;
  apply();
})();
