// What a report does beyond what HTML does by itself; without it everything can still be read.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The contents mark the section that is being read, and the other language opens at the same one.
  const headings = all("main h2[id], main h3[id]");
  const links = new Map(all("nav.contents a").map(link => [link.hash.slice(1), link]));
  const other = document.querySelector("a.language");
  const otherFile = other?.getAttribute("href");
  let current = null;
  const follow = () => {
    const bottom = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const above = headings.filter(heading => heading.getBoundingClientRect().top < innerHeight / 4);
    const read = bottom && scrollY > 0 ? headings.at(-1) : above.at(-1);
    if (read === current) return;
    current = read;
    links.forEach(link => link.removeAttribute("aria-current"));
    const link = links.get(decodeURIComponent(read?.id ?? "")) ?? links.get(encodeURIComponent(read?.id ?? ""));
    link?.setAttribute("aria-current", "true");
    const box = document.querySelector("nav.contents");
    if (link && box.scrollHeight > box.clientHeight) box.scrollTop = link.offsetTop - box.clientHeight / 2;
    const part = read?.querySelector("span[id]")?.id;
    if (other) other.setAttribute("href", part ? `${otherFile}#${part}` : otherFile);
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  addEventListener("resize", follow);
  follow();

  // On a narrow page the contents are folded, so that findings come first.
  if (!matchMedia("(min-width: 64rem)").matches) all("nav.contents details").forEach(part => { part.open = false; });

  // Tables sort by a column: numbers by their size, words by the alphabet, gaps last.
  const comma = document.documentElement.lang === "id";
  const sizeOf = text => {
    const found = text.replace(/\u2212/g, "-").match(/-?[\d.,]*\d/);
    if (!found) return NaN;
    const plain = comma ? found[0].replace(/\./g, "").replace(",", ".") : found[0].replace(/,/g, "");
    return Number(plain) - (/^\s*[<\u2264]/.test(text) ? 1e-12 : 0);
  };
  const compare = (a, b, numeric, sign) => {
    const [left, right] = numeric ? [sizeOf(a), sizeOf(b)] : [a, b];
    const [leftGap, rightGap] = numeric ? [isNaN(left), isNaN(right)] : [!a, !b];
    if (leftGap || rightGap) return leftGap - rightGap;
    return sign * (numeric ? left - right : left.localeCompare(right, document.documentElement.lang, { numeric: true }));
  };
  const sort = (table, column, numeric, sign) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const text = row => row.cells[column].textContent.trim();
    rows.sort((a, b) => compare(text(a), text(b), numeric, sign)).forEach(row => body.append(row));
  };
  all("[data-sorts] > table").forEach(table => {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    const regular = table.tHead?.rows.length === 1 && table.tBodies.length === 1
      && [...table.tBodies[0].rows].every(row => row.cells.length === heads.length);
    if (!regular || table.tBodies[0].rows.length < 3) return;
    heads.forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = `${table.parentElement.dataset.sorts} ${head.textContent.trim()}`;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach(one => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, column, head.matches(".number, .measured"), up ? 1 : -1);
      });
    });
  });

  // Text that is there to be copied gets a button.
  all("[data-copy]").forEach(box => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = box.dataset.copy;
    const text = box.textContent.trim();
    box.after(button);
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(box);
      try { await navigator.clipboard.writeText(text); } catch { document.execCommand("copy"); }
      button.textContent = box.dataset.copied;
    });
  });

  // Paper has no switches: what is folded is printed, answers to exercises aside.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details.more:not([open])");
    opened.forEach(part => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach(part => { part.open = false; }));
})();
