// The search and the filters of an index; without it every report is listed.
(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  form.hidden = false;
  const cards = [...document.querySelectorAll(".cards > li")];
  const plain = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const texts = new Map(cards.map(card => [card, plain(card.textContent)]));
  const count = form.querySelector("output");
  const fields = [...form.querySelectorAll("select")];
  const filter = () => {
    const words = plain(form.querySelector("input").value).split(/\s+/).filter(Boolean);
    let shown = 0;
    cards.forEach(card => {
      const kept = words.every(word => texts.get(card).includes(word))
        && fields.every(field => !field.value || card.dataset[field.name] === field.value);
      card.hidden = !kept;
      shown += kept;
      if (kept && words.length) card.querySelectorAll("details.more").forEach(part => { part.open = true; });
    });
    document.querySelectorAll("section.study").forEach(study => {
      study.hidden = ![...study.querySelectorAll(".cards > li")].some(card => !card.hidden);
    });
    count.textContent = shown ? `${count.dataset.shown}: ${shown}` : count.dataset.none;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", event => event.preventDefault());
  filter();
})();
